"""CSV as it comes: any common encoding, any usual delimiter, broken in the usual ways."""

from __future__ import annotations

from pathlib import Path

import pytest

from form_engine.imports.errors import ImportRefused
from form_engine.imports.source import open_sheet
from tests.form_engine.imports.workbooks import read, rows_of

ENGLISH = "Company,Country,Contact\nNordic Tools,Germany,Jürgen Größe\nCafé Ünal,Türkiye,François\n"
CHINESE = "公司名称,国家,联系人\n宁波信风进出口有限公司,中国,李娜\n北方工具,德国,王先生\n"
RUSSIAN = (
    "Компания,Страна\n"
    + "Северные инструменты,Германия\nОбщество с ограниченной ответственностью,Россия\n" * 5
)
POLISH = "Firma,Miasto\nŻółta Łódź sp. z o.o.,Łódź\nŚwięty Krzyż,Gdańsk\n" * 3
JAPANESE = "会社名,国\n" + "株式会社サンプルトレーディング,日本\nさくら工業株式会社,にほん\n" * 6
KOREAN = "회사,국가\n" + "한국무역주식회사,대한민국\n서울상사 담당자 김철수,한국\n" * 6
ARABIC = "الشركة,البلد\n" + "شركة الخليج للتجارة,الإمارات العربية المتحدة\n" * 6

ENCODINGS = [
    ("utf-8", ENGLISH), ("utf-8-sig", ENGLISH), ("utf-16", ENGLISH), ("utf-16-le", ENGLISH), ("utf-16-be", ENGLISH),
    ("cp1252", ENGLISH.replace("Türkiye", "Turkey")), ("utf-8", CHINESE), ("utf-8-sig", CHINESE), ("utf-16", CHINESE),
    ("gb18030", CHINESE), ("gbk", CHINESE), ("gb2312", CHINESE), ("cp1251", RUSSIAN), ("cp1250", POLISH),
    ("shift_jis", JAPANESE), ("euc_kr", KOREAN), ("cp1256", ARABIC), ("utf-32", ENGLISH), ("ascii", "a,b\n1,2\n"),
]  # fmt: skip


@pytest.mark.parametrize(("encoding", "text"), ENCODINGS, ids=[f"{e}-{t[:3]}" for e, t in ENCODINGS])
async def test_a_file_is_read_in_the_encoding_it_has(tmp_path: Path, encoding: str, text: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(text.encode(encoding))
    columns, rows = await read(path)
    lines = [tuple(line.split(",")) for line in text.splitlines()]
    assert (columns, rows) == (lines[0], lines[1:])


async def test_a_rare_character_late_in_a_chinese_file_is_kept(tmp_path: Path) -> None:
    text = "公司名称,联系人\n" + "宁波进出口公司,李娜\n" * 20_000 + "宁波𠮷公司,王㐂\n"
    path = tmp_path / "file"
    path.write_bytes(text.encode("gb18030"))
    _columns, rows = await read(path)
    assert rows[-1] == ("宁波𠮷公司", "王㐂")
    assert len(rows) == 20_001


async def test_bytes_that_are_no_text_spoil_their_row_and_not_the_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    good = "Größe & Söhne,Köln\n".encode() * 50
    path.write_bytes(b"Name,City\n" + good + b"Br\xfccke,K\xf6ln\n" + good)
    rows = await rows_of(await open_sheet(path))
    assert len(rows) == 101
    assert [(row.line, row.cells, row.marks) for row in rows if row.marks] == [
        (52, ("Br\ufffdcke", "K\ufffdln"), {0: "x", 1: "x"})
    ]


DELIMITERS = [
    ("comma", "Name,City\nA,B\n"),
    ("semicolon", "Name;City\nA;B\n"),
    ("tab", "Name\tCity\nA\tB\n"),
    ("pipe", "Name|City\nA|B\n"),
    ("semicolons with decimal commas", 'Name;City\n"A";B\n'),
    ("named by the file itself", "sep=;\nName;City\nA;B\n"),
    ("carriage returns", "Name,City\r\nA,B\r\n"),
    ("old Mac line ends", "Name,City\rA,B\r"),
    ("blank lines", "\n\nName,City\n\n\nA,B\n,\n"),
]


@pytest.mark.parametrize("text", [text for _, text in DELIMITERS], ids=[name for name, _ in DELIMITERS])
async def test_a_delimiter_is_recognised(tmp_path: Path, text: str) -> None:
    path = tmp_path / "file"
    path.write_text(text, encoding="utf-8", newline="")
    assert await read(path) == (("Name", "City"), [("A", "B")])


async def test_semicolons_win_over_commas_inside_numbers(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("Name;Amount;Note\nA;1.200,50;x, y\nB;3,00;z\nC;4,10;\n", encoding="utf-8")
    assert (await read(path))[1] == [("A", "1.200,50", "x, y"), ("B", "3,00", "z"), ("C", "4,10", "")]


async def test_a_quoted_cell_keeps_delimiters_and_line_breaks(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text('Name,Address\n"Tools, Ltd.","Street 1\nCity ""X"""\nB,C\n', encoding="utf-8")
    rows = await rows_of(await open_sheet(path))
    assert [row.cells for row in rows] == [("Tools, Ltd.", 'Street 1\nCity "X"'), ("B", "C")]
    assert [row.line for row in rows] == [2, 3]


async def test_rows_are_numbered_as_a_spreadsheet_numbers_them(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("Customers 2026\n\nName,City\nA,B\n\nC,D\n", encoding="utf-8")
    sheet = await open_sheet(path)
    assert sheet.columns == ("Name", "City")
    assert [row.line for row in await rows_of(sheet)] == [4, 6]


async def test_headings_are_made_usable(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("Name, Mail  address ,,Name,Name (2),,\nA,b,c,d,e,,\n", encoding="utf-8")
    columns, rows = await read(path)
    assert columns == ("Name", "Mail address", "Column C", "Name (2)", "Name (2) (2)")
    assert rows == [("A", "b", "c", "d", "e")]


async def test_rows_shorter_or_longer_than_the_headings_are_fitted(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("Name,City,Country\nA\nB,C,D,E\n", encoding="utf-8")
    assert (await read(path))[1] == [("A", "", ""), ("B", "C", "D")]


async def test_blanks_around_cells_fall_off(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("Name,City\n \u3000A\u00a0,\u200b\n", encoding="utf-8")
    assert (await read(path))[1] == [("A", "")]


@pytest.mark.parametrize(
    ("cell", "read_as"),
    [
        ("'=1+1", "=1+1"),
        ("'+86 574 8765 4321", "+86 574 8765 4321"),
        ("''=x", "'=x"),
        ("'-x", "-x"),
        ("'@x", "@x"),
        ("'quoted'", "'quoted'"),
        ("'t Hooft", "'t Hooft"),
    ],
)
async def test_a_guard_against_formulas_is_taken_off(tmp_path: Path, cell: str, read_as: str) -> None:
    path = tmp_path / "file"
    path.write_text(f"Name,City\n{cell},x\n", encoding="utf-8")
    assert (await read(path))[1] == [(read_as, "x")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "import_empty"),
        (b"\n\n,,\n", "import_empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "import_binary"),
        (b"%PDF-1.7\n", "import_binary"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "import_old_excel"),
        (b"Name,City\n" + b'"' + b"x" * 400_000, "import_text"),
        (",".join(f"c{n}" for n in range(501)).encode(), "import_columns"),
    ],
    ids=["empty", "blank", "a picture", "a PDF", "old Excel", "a quote that never ends", "too many columns"],
)
async def test_what_is_no_list_is_refused_with_a_reason(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(ImportRefused) as refused:
        await read(path)
    assert [problem.code for problem in refused.value.errors] == [code]


async def test_a_file_with_too_many_rows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("a,b\n" + "1,2\n" * 200_001, encoding="ascii")
    with pytest.raises(ImportRefused) as refused:
        await read(path)
    assert refused.value.errors[0].code == "import_rows"

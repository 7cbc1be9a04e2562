"""XLSX: what people see is what is read, and a hostile workbook harms nobody."""

from __future__ import annotations

import os
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from form_engine.imports.errors import ImportRefused
from form_engine.imports.source import open_sheet
from form_engine.imports.xlsx import package
from tests.form_engine.imports.workbooks import by_hand, column, read, rows_of, sheet_xml, written

SEEN = [
    # value, number format, text, mark
    ("007", "", "007", ""),
    (7, "000", "007", "n"),
    (1234, "0000000", "0001234", "n"),
    (5551234, "000-0000", "555-1234", ""),
    (2155551234, "(000) 000-0000", "(215) 555-1234", ""),
    (42, "", "42", "n"),
    (0, "", "0", "n"),
    (-5, "0;(0)", "-5", "n"),
    (0.1 + 0.2, "", "0.3", "n"),
    (1234.5, "#,##0.00", "1234.5", "n"),
    (1e-7, "0.00E+00", "0.0000001", "n"),
    (123456789012, "", "123456789012", "n"),
    (1.23456789012345e17, "", "123456789012345000", "n"),
    (0.155, "0.0%", "15.5%", "p"),
    (0.5, "0%", "50%", "p"),
    (1200.5, "[$€-407] #,##0.00", "1200.5 EUR", "EUR"),
    (1200, '"$"#,##0', "1200 USD", "USD"),
    (1200, "[$USD] #,##0.00", "1200 USD", "USD"),
    (1200, '#,##0.00" EUR"', "1200 EUR", "EUR"),
    (1200, "[$¥-804]#,##0.00", "1200 CNY", "CNY"),
    (1200, "[$¥-411]#,##0", "1200 JPY", "JPY"),
    (1200, "#,##0.00 [$kr-41D]", "1200 SEK", "SEK"),
    (1200, "#,##0.00 [$Lek-41C]", "1200 Lek", ""),
    (datetime(2026, 11, 22), "yyyy-mm-dd", "2026-11-22", "d"),
    (datetime(2026, 11, 22), "dd/mm/yyyy", "2026-11-22", "d"),
    (datetime(2026, 11, 22), 'yyyy"年"m"月"d"日"', "2026-11-22", "d"),
    (datetime(2026, 11, 22), "[$-409]d-mmm-yy;@", "2026-11-22", "d"),
    (datetime(2026, 11, 22, 14, 50), "yyyy-mm-dd hh:mm", "2026-11-22 14:50:00", "d"),
    (datetime(2026, 11, 22, 23, 59, 59), "m/d/yy h:mm", "2026-11-22 23:59:59", "d"),
    (datetime(2026, 11, 22, 14, 50), "yyyy-mm-dd", "2026-11-22 14:50:00", "d"),
    (time(9, 5), "hh:mm", "09:05:00", ""),
    (1.104166666, "[h]:mm", "26:30:00", ""),
    (True, "", "TRUE", ""),
    (False, "", "FALSE", ""),
    (45000, "0.00", "45000", "n"),
    (12, '0" pcs"', "12", "n"),
    (3, '"Q"0', "3", "n"),
]


@pytest.mark.parametrize(("value", "form", "text", "mark"), SEEN, ids=[f"{s[0]!r} as {s[1]}" for s in SEEN])
async def test_a_cell_is_read_as_people_see_it(
    tmp_path: Path, value: Any, form: str, text: str, mark: str
) -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write(0, 0, "Value")
        style = book.add_format({"num_format": form}) if form else None
        if isinstance(value, datetime | date | time):
            sheet.write_datetime(1, 0, value, style)
        else:
            sheet.write(1, 0, value, style)

    assert await column(written(tmp_path / "x", fill)) == [(text, mark)]


async def test_dates_of_a_workbook_that_counts_from_1904(tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write(0, 0, "Day")
        sheet.write_datetime(1, 0, datetime(2026, 11, 22), book.add_format({"num_format": "yyyy-mm-dd"}))

    assert await column(written(tmp_path / "x", fill, date_1904=True)) == [("2026-11-22", "d")]


async def test_days_before_the_leap_day_that_never_was(tmp_path: Path) -> None:
    styles = '<styleSheet><cellXfs><xf numFmtId="14"/></cellXfs></styleSheet>'
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" s="0"><v>{v}</v></c></row>' for n, v in enumerate((1, 59, 61), start=2)
    )
    relations = (
        '<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>'
        '<Relationship Id="r2" Type="x/styles" Target="styles.xml"/></Relationships>'
    )
    path = by_hand(
        tmp_path / "x",
        '<row r="1"><c t="inlineStr"><is><t>Day</t></is></c></row>' + rows,
        {"xl/styles.xml": styles, "xl/_rels/workbook.xml.rels": relations},
    )
    assert [text for text, _ in await column(path)] == ["1900-01-01", "1900-02-28", "1900-03-01"]


async def test_a_formula_gives_its_result_and_one_without_is_told(tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_column(0, 0, ["Sum", "x", "x"])
        sheet.write(0, 1, "Name")
        sheet.write_column(1, 1, ["a", "b", "c", "d"])
        sheet.write_formula(1, 0, "=1+1", None, 2)
        sheet.write_formula(2, 0, '="a"&"b"', None, "ab")
        sheet.write_formula(4, 0, "=1/0", None, "#DIV/0!")

    path = written(tmp_path / "x", fill)
    assert await column(path) == [("2", "n"), ("ab", ""), ("", ""), ("#DIV/0!", "e")]

    book = openpyxl.Workbook()  # writes formulas without results, as many programs do
    book.active.append(["Sum", "Name"])
    book.active.append(["=1+1", "a"])
    book.save(tmp_path / "y")
    assert await column(tmp_path / "y") == [("", "f")]


async def test_a_merged_cell_stands_for_all_its_rows(tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["Customer", "Contact"])
        sheet.merge_range("A2:A4", "Nordic Tools")
        sheet.write_column(1, 1, ["Ann", "Bob", "Cid", "Dan"])
        sheet.write(4, 0, "Other")

    _columns, rows = await read(written(tmp_path / "x", fill))
    assert rows == [
        ("Nordic Tools", "Ann"),
        ("Nordic Tools", "Bob"),
        ("Nordic Tools", "Cid"),
        ("Other", "Dan"),
    ]


async def test_the_first_visible_sheet_with_something_in_it_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    hidden = book.active
    assert hidden is not None
    hidden.title, hidden.sheet_state = "Lists", "hidden"
    hidden.append(["secret"])
    book.create_sheet("Empty")
    book.create_sheet("Customers").append(["Name"])
    book["Customers"].append(["A"])
    book.save(tmp_path / "x")
    sheet = await open_sheet(tmp_path / "x")
    assert (sheet.columns, [row.cells for row in await rows_of(sheet)], sheet.name) == (
        ("Name",),
        [("A",)],
        "Customers",
    )


async def test_titles_above_the_headings_are_passed_over(tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.merge_range("A1:D1", "Customers of the Ningbo office")
        sheet.write_row(2, 0, ["Name", "Country", "City", "Mail"])
        sheet.write_row(3, 0, ["A", "DE", "Köln", "a@example.com"])

    sheet = await open_sheet(written(tmp_path / "x", fill))
    assert sheet.columns == ("Name", "Country", "City", "Mail")
    assert [row.line for row in await rows_of(sheet)] == [4]


async def test_text_of_other_tools_is_understood(tmp_path: Path) -> None:
    rows = (
        '<row><c t="inlineStr"><is><t>Name</t></is></c><c t="inlineStr"><is><t>Note</t></is></c></row>'
        '<row><c t="inlineStr"><is><r><t>东</t></r><r><t xml:space="preserve">京 </t></r><rPh><t>トウキョウ</t></rPh></is></c>'
        '<c t="str"><f>A1</f><v>a_x000D_&#10;b &lt;&amp;&gt; _xD83D__xDE00_ _xD83D_</v></c></row>'
        '<x:row xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="9"><x:c r="A9" t="d">'
        "<x:v>2026-11-22T14:50:00Z</x:v></x:c></x:row>"
    )
    sheet = await open_sheet(by_hand(tmp_path / "x", rows))
    assert [(row.line, row.cells) for row in await rows_of(sheet)] == [
        (2, ("东京", "a\r\nb <&> 😀 \ufffd")),
        (9, ("2026-11-22 14:50:00", "")),
    ]


async def test_many_texts_are_read_as_a_stream(tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["Name", "City"])
        for row in range(1, 20_001):
            sheet.write_row(row, 0, [f"Company {row}", "Ningbo"])

    sheet = await open_sheet(written(tmp_path / "x", fill))
    rows = await rows_of(sheet)
    assert (len(rows), rows[-1].cells) == (20_000, ("Company 20000", "Ningbo"))
    behind = [row.line for chunk in [chunk async for chunk in sheet.chunks(after=19_990)] for row in chunk]
    assert behind == list(range(19_991, 20_002))


async def code_of(path: Path) -> str:
    with pytest.raises(ImportRefused) as refused:
        await read(path)
    return refused.value.errors[0].code


async def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    whole = written(
        tmp_path / "whole", lambda book, sheet: sheet.write_row(0, 0, ["a" * 5000, "b"])
    ).read_bytes()
    (tmp_path / "cut").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "noise").write_bytes(b"PK\x03\x04" + os.urandom(5000))
    with zipfile.ZipFile(tmp_path / "other", "w") as archive:
        archive.writestr("readme.txt", "hello")
    (tmp_path / "empty").write_bytes(b"PK\x05\x06" + bytes(18))
    by_hand(tmp_path / "markup", "<row><c><v>1</c></row>")
    by_hand(tmp_path / "letters", '<row><c r="ZZZZZZ1"><v>1</v></c></row>')
    by_hand(tmp_path / "string", '<row><c r="A1" t="s"><v>7</v></c></row>')
    for name in ("cut", "noise", "other", "empty", "markup", "letters", "string"):
        assert await code_of(tmp_path / name) == "import_workbook", name
    assert await code_of(by_hand(tmp_path / "binary", more={"xl/workbook.bin": b"x"})) == "import_workbook"
    assert await code_of(by_hand(tmp_path / "blank")) == "import_empty"


async def test_a_damaged_byte_inside_a_part_is_noticed(tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        for row in range(500):
            sheet.write_row(row, 0, [f"Company {row}", row * 7.31])

    data = bytearray(written(tmp_path / "x", fill).read_bytes())
    with zipfile.ZipFile(tmp_path / "x") as archive:
        place = archive.getinfo("xl/worksheets/sheet1.xml").header_offset + 2000
    data[place] ^= 0xFF
    (tmp_path / "y").write_bytes(data)
    assert await code_of(tmp_path / "y") == "import_workbook"


async def test_a_workbook_that_unpacks_to_gigabytes_is_refused_unopened(tmp_path: Path) -> None:
    block = b" " * (1024 * 1024)
    with (
        zipfile.ZipFile(by_hand(tmp_path / "x"), "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet2.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(package.LARGEST_UNPACKED // len(block) + 1):
            part.write(block)
    assert (tmp_path / "x").stat().st_size < 1024 * 1024
    assert await code_of(tmp_path / "x") == "import_bomb"


async def test_a_workbook_that_packs_too_well_is_refused(tmp_path: Path) -> None:
    blank = " " * (package.SUSPICIOUS_SIZE + 1)
    path = by_hand(tmp_path / "x", more={"xl/worksheets/sheet1.xml": sheet_xml(blank)})
    assert await code_of(path) == "import_bomb"


async def test_the_same_row_a_hundred_thousand_times_is_no_bomb(tmp_path: Path) -> None:
    row = '<row><c t="inlineStr"><is><t>Nordic Tools GmbH</t></is></c><c t="inlineStr"><is><t>Germany</t></is></c></row>'
    path = by_hand(tmp_path / "x", row * 100_000)
    sheet = await open_sheet(path)
    async for chunk in sheet.chunks():
        assert chunk[0].cells == ("Nordic Tools GmbH", "Germany")
        break


async def test_a_lie_about_the_size_of_a_part_is_noticed(tmp_path: Path) -> None:
    path = by_hand(tmp_path / "x", "<row><c><v>1</v></c></row>" + " " * 5_000_000)
    data = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    told = (200).to_bytes(4, "little")
    path.write_bytes(data.replace(size.to_bytes(4, "little"), told))
    assert await code_of(path) == "import_workbook"


async def test_two_cells_far_apart_take_no_room_between_them(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t>A</t></is></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    )
    assert await read(by_hand(tmp_path / "x", rows)) == (("Name",), [("A",)])


ENTITIES = [
    '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
    '<!DOCTYPE w SYSTEM "http://127.0.0.1:9/x.dtd">',
]


@pytest.mark.parametrize("declared", ENTITIES, ids=["entities in entities", "a file", "an address"])
@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"]
)
async def test_declared_entities_are_refused_in_every_part(tmp_path: Path, part: str, declared: str) -> None:
    with zipfile.ZipFile(by_hand(tmp_path / "x", "<row><c><v>1</v></c></row>")) as archive:
        text = archive.read(part).decode()
    assert await code_of(by_hand(tmp_path / "y", more={part: declared + text})) == "import_workbook"


async def test_reading_leaves_no_process_behind(tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        for row in range(5000):
            sheet.write_row(row, 0, [f"Company {row}", "Ningbo"])

    path = written(tmp_path / "x", fill)
    for _ in range(3):
        await open_sheet(path)
    children = Path("/proc/self/task")
    if not children.is_dir():
        pytest.skip("this system does not list processes in /proc")
    left = "".join((each / "children").read_text() for each in children.iterdir())
    names = [
        Path(f"/proc/{pid}/cmdline").read_bytes() for pid in left.split() if Path(f"/proc/{pid}").is_dir()
    ]
    assert not [name for name in names if b"xlsx.child" in name]

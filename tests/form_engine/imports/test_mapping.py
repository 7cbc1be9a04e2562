"""Headings in five languages find their fields; cells mean one thing only."""

from __future__ import annotations

from decimal import Decimal

import pytest

from form_engine.imports.mapping import guessed, importable_fields
from form_engine.imports.model import Habits
from form_engine.imports.reading import RowReader, guess_habits
from form_engine.imports.sheet import Row
from form_engine.imports.zones import zone_of
from platform_core import permissions
from platform_core.identity import SYSTEM
from tests.form_engine.imports.desk import Desk
from tests.records.world import Company, entity

GUESSES = [
    ("en", "Company name|Country|E-Mail (work)|Phone no.|Website|Owner|Note", "name country mail phone website owner note"),
    ("zh", "公司名称|国家|电子邮箱|联系电话|网址|业务员|备注", "name country mail phone website owner ."),
    ("es", "Empresa|País|Correo electrónico|Teléfono|Sitio web|Vendedor|Divisa", "name country mail phone website owner currency"),
    ("fr", "Société|Pays|Courriel|Téléphone|Site web|Responsable|Langue", "name country mail phone website owner language"),
    ("ar", "اسم الشركة|البلد|البريد الإلكتروني|الهاتف|الموقع|المسؤول|العملة", "name country mail phone website owner currency"),
    ("field names", "name|vat|grade|size|price|share|budget", "name vat grade size price share budget"),
    ("nearly", "Compny name|Contry|VAT numbers|Budgett", "name country vat budget"),
    ("nothing", "Foo|Bar|Baz|1|2|3|4", ". . . . . . ."),
]  # fmt: skip


@pytest.mark.parametrize(("headings", "fields"), [g[1:] for g in GUESSES], ids=[g[0] for g in GUESSES])
async def test_headings_find_their_fields(company: Company, headings: str, fields: str) -> None:
    customer = entity("customer")
    offered = importable_fields(customer, permissions.access(customer, SYSTEM))
    columns = [heading for heading in headings.split("|") if heading]
    wanted = dict(zip(columns, fields.split(), strict=False))
    assert guessed(offered, columns) == {column: name for column, name in wanted.items() if name != "."}


async def test_who_buys_and_who_speaks_for_them_are_told_apart(company: Company) -> None:
    contact = entity("contact")
    offered = importable_fields(contact, permissions.access(contact, SYSTEM))
    assert guessed(offered, ("公司名称", "联系人", "邮箱")) == {
        "公司名称": "customer",
        "联系人": "name",
        "邮箱": "mail",
    }
    assert guessed(offered, ("Name", "Company", "Email")) == {
        "Name": "name",
        "Company": "customer",
        "Email": "mail",
    }
    assert guessed(offered, ("Customer: Number", "Customer", "Name")) == {
        "Customer: Number": "customer",
        "Name": "name",
    }
    customer = entity("customer")
    offered = importable_fields(customer, permissions.access(customer, SYSTEM))
    assert "联系人" not in guessed(offered, ("联系人",))


async def test_files_tables_and_what_a_role_may_not_write_are_not_offered(lina: Desk) -> None:
    customer = entity("customer")
    names = {field.name for field in importable_fields(customer, permissions.access(customer, lina.actor))}
    assert names.isdisjoint({"papers", "lines", "contacts", "secret", "id", "created_at", "version"})
    assert names >= {"name", "parent", "partners", "helpers", "code", "owner", "team"}


CELLS = [
    # field, text, mark, habits, language, raw
    ("price", "1.234", "n", Habits(), "es", Decimal("1.234")),
    ("price", "1.234", "", Habits(), "es", "1.234"),
    ("price", "1.234,5", "", Habits(decimal=","), "en", "1234.5"),
    ("price", "1,234.5", "", Habits(decimal="."), "es", "1234,5"),
    ("price", "1'234.50", "", Habits(decimal="."), "en", "1234.50"),
    ("price", "-3,5", "", Habits(decimal=","), "en", "-3.5"),
    ("price", "1200.5 EUR", "EUR", Habits(), "es", Decimal("1200.5")),
    ("price", "abc", "", Habits(decimal=","), "en", "abc"),
    ("budget", "1200.5 EUR", "EUR", Habits(), "es", {"amount": Decimal("1200.5"), "currency": "EUR"}),
    ("budget", "1.200,50 €", "", Habits(decimal=","), "en", "1200.50 €"),
    ("budget", "1200", "n", Habits(), "en", Decimal(1200)),
    ("share", "15.5%", "p", Habits(), "es", Decimal("15.5")),
    ("share", "15,5 %", "", Habits(decimal=","), "en", "15.5 %"),
    ("size", "42", "n", Habits(), "ar", Decimal(42)),
    ("since", "2026-11-22 14:50:00", "d", Habits(), "en", "2026-11-22"),
    ("since", "03/04/2026", "", Habits(), "en", "03/04/2026"),
    ("since", "03/04/2026", "", Habits(dates="mdy"), "en", "2026-03-04"),
    ("since", "3/4/26", "", Habits(dates="mdy"), "en", "2026-03-04"),
    ("since", "03.04.2026", "", Habits(dates="mdy"), "de", "03.04.2026"),
    ("called_at", "03/04/2026 9:30 pm", "", Habits(dates="mdy"), "en", "2026-03-04 9:30 pm"),
    ("called_at", "2026-11-22 14:50:00", "d", Habits(), "en", "2026-11-22 14:50:00"),
    ("name", "1200.5 EUR", "EUR", Habits(), "en", "1200.5 EUR"),
    ("vat", "00123", "n", Habits(), "en", "00123"),
    ("phone", "+86 574 8765 4321", "", Habits(decimal="."), "en", "+86 574 8765 4321"),
]  # fmt: skip


@pytest.mark.parametrize("sample", CELLS, ids=[f"{c[0]} {c[1]} {c[2]} {c[4]}" for c in CELLS])
async def test_a_cell_means_one_thing_only(
    company: Company, sample: tuple[str, str, str, Habits, str, object]
) -> None:
    name, text, mark, habits, language, raw = sample
    reader = RowReader(entity("customer"), ("A",), {"A": name}, habits, language=language, writable=())
    values, problems = reader.read(Row(2, (text,), {0: mark} if mark else {}))
    assert (values, problems) == ({name: raw}, ())


@pytest.mark.parametrize(
    ("text", "mark", "code"),
    [
        ("••••1234", "", "import_masked"),
        ("#N/A", "e", "import_cell_error"),
        ("", "f", "import_formula"),
        ("K\ufffdln", "x", "import_bytes"),
    ],
)
async def test_a_spoilt_cell_is_a_problem_of_its_row(
    company: Company, text: str, mark: str, code: str
) -> None:
    reader = RowReader(entity("customer"), ("A",), {"A": "name"}, Habits(), language="en", writable=())
    values, problems = reader.read(Row(2, (text,), {0: mark} if mark else {}))
    assert (values, [(p.column, p.field, p.code) for p in problems]) == ({}, [("A", "name", code)])


def rows(*cells: str) -> list[Row]:
    return [Row(place, (cell,)) for place, cell in enumerate(cells)]


@pytest.mark.parametrize(
    ("cells", "habits"),
    [
        (("03/04/2026", "12/25/2026"), Habits(dates="mdy")),
        (("03/04/2026", "25/12/2026"), Habits()),
        (("12/25/2026", "25/12/2026"), Habits()),
        (("1.200,50", "3,5"), Habits(decimal=",")),
        (("1,200.50", "3.5"), Habits(decimal=".")),
        (("1,200", "x"), Habits()),
    ],
)
def test_the_first_rows_tell_how_a_file_is_written(cells: tuple[str, ...], habits: Habits) -> None:
    assert guess_habits(rows(*cells)) == habits


@pytest.mark.parametrize(
    ("country", "zone"),
    [
        ("DE", "Europe/Berlin"),
        ("VN", "Asia/Ho_Chi_Minh"),
        ("CN", "Asia/Shanghai"),
        ("US", None),
        ("XX", None),
    ],
)
def test_a_country_tells_its_zone_where_it_has_one(country: str, zone: str | None) -> None:
    assert zone_of(country) == zone

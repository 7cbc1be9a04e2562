"""The way of a spreadsheet into the company: checked, taken whole or not at all, and taken back."""

from __future__ import annotations

import pytest

from form_engine.imports import service
from form_engine.imports.errors import ImportRefused
from platform_core import database, records
from platform_core.errors import Conflict, NotFound
from platform_core.identity import SYSTEM
from tests.form_engine.imports.desk import Desk
from tests.records.world import Company

HEAD = ("Company name", "Country", "VAT number", "Mail", "Phone", "Remarks of mine")


async def test_a_file_is_uploaded_with_its_columns_guessed_and_nothing_else_happens(lina: Desk) -> None:
    made = await lina.upload(HEAD, ("Nordic Tools", "Germany", "DE1", "info@nordic.example", "", "x"))
    assert made.state == "uploaded"
    assert made.columns == HEAD
    assert made.mapping == {
        "Company name": "name", "Country": "country", "VAT number": "vat", "Mail": "mail", "Phone": "phone",
    }  # fmt: skip
    assert [row.cells[0] for row in made.first] == ["Nordic Tools"]
    assert await lina.titles() == []


async def test_good_rows_are_checked_and_taken(lina: Desk) -> None:
    made = await lina.upload(
        HEAD,
        ("Nordic Tools", "Germany", "DE1", "INFO@nordic.example", "+49 40 1234567", ""),
        ("信风", "中国", "", "", "", ""),
    )
    checked = await lina.check(made)
    assert (checked.state, checked.total, checked.created, checked.refused) == ("checked", 2, 2, 0)
    assert await lina.titles() == []
    done = await lina.commit(made)
    assert (done.state, done.created, done.refused) == ("done", 2, 0)
    first, second = await lina.records()
    assert (first.code, second.code) == ("C-001", "C-002")
    assert first.values["country"] == "DE"
    assert first.values["zone"] == "Europe/Berlin"
    assert first.values["mail"] == "info@nordic.example"
    owner = first.values["owner"]
    assert isinstance(owner, dict) and owner["id"] == lina.actor.user_id
    assert second.values["country"] == "CN"


async def test_every_problem_of_every_row_is_told_with_line_and_column(lina: Desk) -> None:
    made = await lina.upload(
        HEAD,
        ("", "Atlantis", "", "no mail", "", ""),
        ("Good", "DE", "", "", "", ""),
        ("Long " * 40, "DE", "", "", "12", ""),
    )
    checked = await lina.check(made)
    assert (checked.state, checked.created, checked.refused) == ("checked", 1, 2)
    assert await lina.problems(made) == {
        2: [("Country", "unknown"), ("Mail", "email"), ("Company name", "required")],
        4: [("Company name", "too_long"), ("Phone", "phone")],
    }
    with pytest.raises(Conflict) as refused:
        await lina.commit(made)
    assert refused.value.code == "import_refused_rows"
    done = await lina.commit(made, skip_refused=True)
    assert (done.state, done.created, done.refused) == ("done", 1, 2)
    assert await lina.titles() == ["Good"]
    assert sorted(await lina.problems(made)) == [2, 4]


async def test_a_commit_without_a_check_checks_first_and_goes_on_by_itself(lina: Desk) -> None:
    good = await lina.import_(HEAD, ("A", "DE", "", "", "", ""))
    assert (good.state, good.created) == ("done", 1)
    bad = await lina.import_(HEAD, ("B", "DE", "", "", "", ""), ("C", "Atlantis", "", "", "", ""))
    assert (bad.state, bad.created, bad.refused) == ("checked", 1, 1)
    assert bad.message == "{count} rows have problems. Nothing was imported."
    made = await lina.upload(HEAD, ("D", "DE", "", "", "", ""), ("E", "Atlantis", "", "", "", ""))
    done = await lina.commit(made, skip_refused=True)
    assert (done.state, done.created, done.refused) == ("done", 1, 1)
    assert await lina.titles() == ["A", "D"]


async def test_a_required_column_that_is_missing_is_told_before_anything_is_read(lina: Desk) -> None:
    made = await lina.upload(("Country", "Mail"), ("DE", "a@b.example"))
    for attempt in (lina.check, lina.commit):
        with pytest.raises(ImportRefused) as refused:
            await attempt(made)
        assert [(p.code, p.params["field"]) for p in refused.value.errors] == [
            ("import_required", "Company name")
        ]


async def test_every_problem_of_a_mapping_is_told_at_once(lina: Desk) -> None:
    made = await lina.upload(("A", "B/C", "D", "E"), ("1", "2", "3", "4"))
    with pytest.raises(ImportRefused) as refused:
        await lina.map(made, {"A": "country", "B/C": "country", "D": "secret", "E": "papers", "F": "mail"})
    assert {(p.pointer, p.code) for p in refused.value.errors} == {
        ("/mapping/B~1C", "import_twice"),
        ("/mapping/D", "import_field"),
        ("/mapping/E", "import_field"),
        ("/mapping/F", "import_column"),
        ("/mapping", "import_required"),
    }
    with pytest.raises(ImportRefused) as refused:
        await lina.map(made, {})
    assert [p.code for p in refused.value.errors] == ["import_nothing"]


async def test_a_mapping_is_remembered_for_files_with_the_same_headings(lina: Desk) -> None:
    first = await lina.upload(("Column 1", "Column 2"), ("A", "B"))
    assert first.mapping == {}
    await lina.map(first, {"Column 2": "name"})
    assert (await lina.upload(("Column 1", "Column 2"), ("C", "D"))).mapping == {"Column 2": "name"}
    assert (await lina.upload(("Column 1", "Column 2", "x"), ("C", "D", "E"))).mapping == {}


async def test_a_new_mapping_takes_the_check_back(lina: Desk) -> None:
    made = await lina.check(await lina.upload(HEAD, ("A", "Atlantis", "", "", "", "")))
    assert made.refused == 1
    mapped = await lina.map(made, {"Company name": "name"})
    assert (mapped.state, mapped.refused, await lina.report(made)) == ("uploaded", 0, [])
    assert (await lina.check(made)).refused == 0


async def test_a_value_that_must_be_unique_is_found_twice_in_the_file_and_in_the_company(lina: Desk) -> None:
    await records.create("customer", {"name": "Old", "vat": "DE 1"}, actor=SYSTEM)
    rows = [("A", "x1"), ("B", "DE 1"), ("C", "x1"), *((f"N{n}", "") for n in range(300)), ("D", " x1 ")]
    made = await lina.check(await lina.upload(("Company name", "VAT number"), *rows))
    assert made.refused == 3
    problems = await lina.problems(made)
    assert {line: problems[line] for line in problems if problems[line][0][0]} == {
        3: [("VAT number", "not_unique")],
        4: [("VAT number", "import_twice_in_file")],
        305: [("VAT number", "import_twice_in_file")],
    }
    told = next(row for row in await lina.report(made) if row.line == 305)
    assert told.problems[0].params["line"] == 2


async def test_rows_that_look_alike_are_shown_and_left_out_where_wished(lina: Desk) -> None:
    await lina.import_(("Company name", "Country"), ("Nordic Tools", "DE"))
    rows = (("NORDIC  tools", "DE"), ("New", "FR"), ("New", "FR"), ("new", "ES"), ("Other", "IT"))
    made = await lina.check(await lina.upload(("Company name", "Country"), *rows))
    assert (made.created, made.refused, made.alike) == (5, 0, 3)
    assert await lina.problems(made) == {
        2: [("", "import_exists")],
        4: [("", "import_same_row")],
        5: [("", "import_same_title")],
    }
    done = await lina.commit(made, skip_alike=True)
    assert (done.created, done.alike) == (2, 3)
    assert await lina.titles() == ["Nordic Tools", "New", "Other"]


async def test_somebody_elses_customers_are_not_given_away_as_looking_alike(lina: Desk) -> None:
    await records.create("customer", {"name": "Secret Customer"}, actor=SYSTEM)
    made = await lina.check(await lina.upload(("Company name",), ("Secret Customer",)))
    assert made.alike == 0


async def test_the_same_file_is_recognised(lina: Desk) -> None:
    rows = (("Company name",), ("A",))
    first = await lina.import_(*rows)
    again = await lina.upload(*rows)
    assert (await service.same_file(again)) == first
    await lina.undo(first)
    assert await service.same_file(again) is None


async def test_an_import_is_taken_back_with_one_click(lina: Desk) -> None:
    done = await lina.import_(HEAD, ("A", "DE", "1", "", "", ""), ("B", "DE", "2", "", "", ""))
    undone = await lina.undo(done)
    assert (undone.state, undone.message) == ("undone", None)
    assert await lina.titles() == []
    again = await lina.import_(HEAD, ("A", "DE", "1", "", "", ""))
    assert again.state == "done"


async def test_rows_that_somebody_has_worked_with_stay(lina: Desk) -> None:
    done = await lina.import_(("Company name",), ("A",), ("B",), ("C",), ("D",))
    a, b, c, _d = await lina.records()
    await records.update("customer", a.id, {"country": "DE"}, actor=lina.actor, version=1)
    await records.comment("customer", b.id, "Called them.", actor=lina.actor)
    await records.create("contact", {"name": "Ann", "customer": c.id}, actor=lina.actor)
    undone = await lina.undo(done)
    assert (undone.state, undone.params) == ("undone", {"kept": 3})
    assert await lina.titles() == ["A", "B", "C"]
    left = await lina.records(filter=f"import_batch == '{done.id}'")
    assert [record.title for record in left] == ["A", "B", "C"]


async def test_records_of_one_import_that_only_point_to_each_other_go_together(lina: Desk) -> None:
    done = await lina.import_(("Company name", "Parent"), ("Group", ""), ("Sub", "Group"), ("Subsub", "Sub"))
    assert done.created == 3
    undone = await lina.undo(done)
    assert (undone.state, undone.params) == ("undone", {"kept": 0})
    assert await lina.titles() == []


async def test_only_what_is_done_can_be_undone_and_only_once(lina: Desk) -> None:
    made = await lina.upload(("Company name",), ("A",))
    with pytest.raises(Conflict):
        await lina.undo(made)
    await lina.undo(await lina.commit(made))
    with pytest.raises(Conflict):
        await lina.undo(made)
    with pytest.raises(Conflict):
        await lina.commit(made)


async def test_links_are_found_by_number_or_by_title(lina: Desk) -> None:
    await lina.import_(("Company name",), ("Nordic Tools",), ("Twin",), ("Twin",))
    made = await lina.upload(
        ("Name", "Customer"),
        ("Ann", "Nordic Tools"),
        ("Bob", "C-001"),
        ("Cid", "Nobody"),
        ("Dan", "Twin"),
        to="contact",
    )
    assert made.mapping == {"Name": "name", "Customer": "customer"}
    checked = await lina.check(made)
    assert (checked.created, checked.refused) == (2, 2)
    assert await lina.problems(made) == {4: [("Customer", "not_found")], 5: [("Customer", "not_found")]}
    await lina.commit(made, skip_refused=True)
    customers = [record.values["customer"] for record in await lina.records("contact")]
    assert [customer["code"] for customer in customers if isinstance(customer, dict)] == ["C-001", "C-001"]


async def test_a_customer_that_is_not_theirs_cannot_be_linked(lina: Desk) -> None:
    await records.create("customer", {"name": "Hidden"}, actor=SYSTEM)
    made = await lina.check(await lina.upload(("Name", "Customer"), ("Ann", "Hidden"), to="contact"))
    assert await lina.problems(made) == {2: [("Customer", "not_found")]}


async def test_a_row_may_point_to_an_earlier_row_of_the_file(lina: Desk) -> None:
    rows = (("Group", ""), ("North", "Group"), ("Early", "Late"), ("Late", "North"))
    made = await lina.check(await lina.upload(("Company name", "Parent"), *rows))
    assert await lina.problems(made) == {4: [("Parent", "not_found")]}
    done = await lina.commit(made, skip_refused=True)
    assert (done.created, done.refused) == (3, 1)
    parents = {r.title: r.values["parent"] for r in await lina.records()}
    assert {name: p["title"] for name, p in parents.items() if isinstance(p, dict)} == {
        "North": "Group",
        "Late": "North",
    }


async def test_the_owner_is_named_by_address_or_name_as_far_as_one_may_assign(
    lina: Desk, company: Company
) -> None:
    otto = await company.hire("Otto", "sales")
    rows = (("A", "lina@example.com"), ("B", "Lina"), ("C", "otto@example.com"), ("D", "nobody@example.com"))
    made = await lina.check(await lina.upload(("Company name", "Owner"), *rows))
    assert await lina.problems(made) == {4: [("Owner", "not_assignable")], 5: [("Owner", "not_found")]}
    boss = Desk(await company.hire("Bea", "boss"), lina._folder)
    done = await boss.import_(("Company name", "Owner"), ("A", "Otto"), ("B", "lina@example.com"))
    owners = [r.values["owner"] for r in await boss.records()]
    assert done.created == 2
    assert [o["id"] for o in owners if isinstance(o, dict)] == [otto.user_id, lina.actor.user_id]


async def test_numbers_of_their_own_are_kept_and_ours_go_on_behind_them(lina: Desk) -> None:
    done = await lina.import_(("Company name", "Number"), ("A", "OLD-7"), ("B", "C-041"), ("C", ""))
    assert done.created == 3
    assert [record.code for record in await lina.records()] == ["OLD-7", "C-041", "C-042"]
    again = await lina.check(
        await lina.upload(("Company name", "Number"), ("X", "OLD-7"), ("Y", "n"), ("Z", "n"))
    )
    assert await lina.problems(again) == {
        2: [("Number", "not_unique")],
        4: [("Number", "import_twice_in_file")],
    }


async def test_an_import_belongs_to_who_made_it(lina: Desk, company: Company) -> None:
    made = await lina.upload(("Company name",), ("A",))
    otto = Desk(await company.hire("Otto", "sales"), lina._folder)
    for attempt in (otto.check, otto.commit, otto.undo):
        with pytest.raises(NotFound):
            await attempt(made)
    boss = Desk(await company.hire("Root", "admin"), lina._folder)
    assert (await boss.check(made)).state == "checked"


async def test_an_import_starts_nothing_else(lina: Desk) -> None:
    from platform_core import events
    from platform_core.records import RecordSaved

    heard: list[RecordSaved] = []

    async def hear(event: RecordSaved) -> None:
        heard.append(event)

    events.subscribe(RecordSaved, hear)
    await lina.check(made := await lina.upload(("Company name",), ("A",), ("B",)))
    assert heard == []
    await lina.commit(made)
    assert [(event.action, event.quiet) for event in heard] == [("create", True), ("create", True)]


async def test_who_imported_what_is_in_the_audit_and_no_value_is(lina: Desk) -> None:
    done = await lina.import_(("Company name",), ("Very Secret Ltd",))
    await lina.undo(done)
    rows = await database.fetch_all("SELECT action, subject, user_id, detail FROM tw_audit_entry ORDER BY id")
    about = [str(row["action"]) for row in rows if str(row["subject"]).endswith(f"import/{done.id}")]
    assert about == ["import.upload", "import.run", "import.done", "import.undo"]
    assert {str(row["action"]) for row in rows} >= {"record.create", "record.purge"}
    assert "Very Secret" not in str(rows)

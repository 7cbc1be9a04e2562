"""What a rule does to a save: one test per effect, for fields, links, rows and related records."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from platform_core import database, records
from platform_core.errors import Invalid
from platform_core.identity import Actor
from tests.form_engine.rules.quotes import made, publish_quote, refused

Rule = dict[str, Any]

COURIER: Rule = {
    "id": "courier",
    "when": "kind == 'sample'",
    "show": ["courier"],
    "label": {"en": "Only samples"},
}
APPROVER: Rule = {"id": "approver", "when": "amount > 1000", "require": ["approver"]}
LOCKED: Rule = {"id": "locked", "when": "kind == 'done'", "read_only": ["amount"]}
GIFT: Rule = {"id": "gift", "when": "kind == 'sample'", "set": {"amount": "0"}}
SEA: Rule = {"id": "sea", "when": "kind == 'sea'", "options": {"term": "term in ['fob', 'cif']"}}
SITE: Rule = {
    "id": "site",
    "check": "blank(site) or starts_with(site, 'http')",
    "at": "site",
    "message": {"en": "Start with http", "zh": "请以 http 开头"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "given", "answer"),
    [
        (COURIER, {"kind": "sample", "courier": "Fast"}, {}),
        (COURIER, {"kind": "offer", "courier": "Fast"}, {"/courier": "hidden"}),
        (COURIER, {"kind": "offer", "courier": None}, {}),
        (COURIER, {"courier": "Fast"}, {"/courier": "hidden"}),
        (APPROVER, {"amount": "1000"}, {}),
        (APPROVER, {"amount": "1000.01"}, {"/approver": "required"}),
        (APPROVER, {"amount": "1000.01", "approver": "Wei"}, {}),
        (APPROVER, {}, {}),
        (LOCKED, {"kind": "done"}, {}),
        (LOCKED, {"kind": "done", "amount": "5"}, {"/amount": "read_only"}),
        (GIFT, {"kind": "sample"}, {}),
        (GIFT, {"kind": "sample", "amount": "0.00"}, {}),
        (GIFT, {"kind": "sample", "amount": "7"}, {"/amount": "set_by_rule"}),
        (SEA, {"kind": "sea", "term": "cif"}, {}),
        (SEA, {"kind": "sea", "term": "exw"}, {"/term": "not_offered"}),
        (SEA, {"kind": "air", "term": "exw"}, {}),
        (SEA, {"kind": "sea"}, {}),
        (SITE, {"site": "http://a.example"}, {}),
        (SITE, {"site": "a.example"}, {"/site": "rule"}),
    ],
)
async def test_a_rule_holds_for_a_new_record(
    db: str, admin: Actor, rule: Rule, given: dict[str, object], answer: dict[str, str]
) -> None:
    await publish_quote(admin, rule)
    assert await refused(admin, **given) == answer


async def test_a_change_is_refused_where_it_breaks_a_rule_and_an_old_breach_is_left_in_peace(
    db: str, admin: Actor
) -> None:
    await publish_quote(admin)
    old = (await made(admin, kind="done", amount="5000", site="ftp", courier="Fast", term="exw")).id
    await publish_quote(admin, COURIER, APPROVER, LOCKED, SEA, SITE)
    assert await refused(admin, old, name="New name", kind="done") == {}
    assert await refused(admin, old, amount="5000.00", courier="Fast") == {"/approver": "required"}
    assert await refused(admin, old, amount="6000") == {"/amount": "read_only", "/approver": "required"}
    assert await refused(admin, old, courier="Slow") == {"/courier": "hidden"}
    assert await refused(admin, old, kind="sea") == {"/term": "not_offered"}
    assert await refused(admin, old, site="sftp") == {"/site": "rule"}


async def test_what_nobody_can_fill_in_is_never_required(db: str, admin: Actor) -> None:
    hide: Rule = {"id": "hide", "when": "kind == 'x'", "show": ["name", "vat"]}
    need: Rule = {"id": "need", "require": ["vat", "note"]}
    close: Rule = {"id": "close", "read_only": ["note"]}
    await publish_quote(admin, hide, need, close)
    assert await refused(admin, kind="y") == {}
    assert await refused(admin, kind="x") == {"/vat": "required"}


async def test_a_message_is_in_the_language_of_the_actor(db: str, admin: Actor) -> None:
    await publish_quote(admin, SITE)
    reader = msgspec.structs.replace(admin, language="zh")
    with pytest.raises(Invalid) as caught:
        await records.create("quote", {"site": "x"}, actor=reader)
    assert caught.value.errors[0].text == "请以 http 开头"


async def test_values_follow_each_other_in_the_order_in_which_they_are_made(db: str, admin: Actor) -> None:
    await publish_quote(
        admin,
        {"id": "note", "set": {"note": "IF(discount > 5, 'big', 'small')"}},
        {"id": "discount", "when": "kind == 'vip'", "set": {"discount": "amount / 10"}},
        {"id": "tidy", "set": {"vat": "UPPER(vat)"}},
        {"id": "first", "when": "blank(approver)", "set": {"approver": "'Wei'"}},
    )
    found = await made(admin, kind="vip", amount="100", vat="de1")
    wanted = {"discount": "10.00", "note": "big", "vat": "DE1", "approver": "Wei"}
    assert {name: str(found.values[name]) for name in wanted} == wanted
    other = await made(admin, kind="vip", amount="20", approver="Ana")
    assert (other.values["note"], other.values["approver"]) == ("small", "Ana")


async def test_a_value_that_does_not_fit_is_refused_and_not_cut(db: str, admin: Actor) -> None:
    await publish_quote(admin, {"id": "far", "set": {"discount": "amount / 0.0000000001"}})
    assert await refused(admin, amount="99999999999") != {}


async def test_a_rule_reads_what_stands_behind_a_link(db: str, admin: Actor) -> None:
    await publish_quote(
        admin,
        {"id": "vat", "when": "client.country == 'DE'", "require": ["vat"]},
        {"id": "limit", "check": "blank(client) or amount <= client.limit", "at": "amount"},
    )
    german = await records.create("client", {"name": "A", "country": "DE", "limit": "100"}, actor=admin)
    assert await refused(admin, client=german.id, amount="50") == {"/vat": "required"}
    assert await refused(admin, client=german.id, amount="150", vat="DE1") == {"/amount": "rule"}
    assert await refused(admin, client=german.id, amount="100", vat="DE1") == {}


async def test_links_are_narrowed_by_what_stands_behind_them(db: str, admin: Actor) -> None:
    await publish_quote(admin, {"id": "same", "options": {"client": "client.country == kind"}})
    german = await records.create("client", {"name": "A", "country": "DE"}, actor=admin)
    assert await refused(admin, client=german.id, kind="FR") == {"/client": "not_offered"}
    assert await refused(admin, client=german.id, kind="DE") == {}


async def test_linked_values_are_asked_for_once_whatever_the_number_of_records(
    db: str, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publish_quote(admin, {"id": "vat", "when": "client.country == 'DE'", "require": ["vat"]})
    clients = [await records.create("client", {"country": "DE"}, actor=admin) for _ in range(3)]
    asked: list[str] = []
    ask = database.fetch_tuples

    async def counted(sql: str, *more: Any) -> Any:
        asked.append(sql)
        return await ask(sql, *more)

    monkeypatch.setattr(database, "fetch_tuples", counted)
    results = await records.bulk_create("quote", [{"client": each.id} for each in clients] * 30, actor=admin)
    assert {each.ok for each in results} == {False}
    assert len([sql for sql in asked if '"country"' in sql]) == 1


LINES: tuple[Rule, ...] = (
    {"id": "why", "when": "lines.qty > 100", "require": ["lines.reason"]},
    {"id": "positive", "check": "lines.price > 0", "at": "lines.price"},
    {"id": "sum", "set": {"lines.total": "lines.qty * lines.price"}},
    {"id": "free", "when": "kind == 'sample'", "read_only": ["lines.reason"]},
    {"id": "big", "when": "SUM(lines.qty) > 500", "require": ["approver"]},
)


async def test_rules_reach_into_rows_each_for_itself(db: str, admin: Actor) -> None:
    await publish_quote(admin, *LINES)
    few, many = {"item": "a", "qty": 5, "price": "2.50"}, {"item": "b", "qty": 200, "price": "1"}
    assert await refused(admin, lines=[few, many]) == {"/lines/1/reason": "required"}
    assert await refused(admin, lines=[{**few, "price": "0"}, few]) == {"/lines/0/price": "rule"}
    assert await refused(admin, lines=[{**few, "total": "1"}]) == {"/lines/0/total": "set_by_rule"}
    assert await refused(admin, kind="sample", lines=[{**few, "reason": "r"}]) == {
        "/lines/0/reason": "read_only"
    }
    assert await refused(admin, lines=[{**many, "reason": "r"}] * 3) == {"/approver": "required"}
    found = await made(admin, lines=[few, {**many, "reason": "fair"}])
    rows: Any = found.values["lines"]
    assert [str(row["total"]) for row in rows] == ["12.50", "200.00"]


async def test_rows_that_are_not_sent_are_read_for_the_rules_that_ask_for_them(db: str, admin: Actor) -> None:
    await publish_quote(admin, LINES[4])
    found = await made(admin, approver="Wei", lines=[{"item": "a", "qty": 600}])
    assert await refused(admin, found.id, approver=None) == {"/approver": "required"}
    assert await refused(admin, found.id, approver=None, lines=[]) == {}


async def test_rules_reach_into_related_records_that_are_saved_together(db: str, admin: Actor) -> None:
    await publish_quote(
        admin,
        {"id": "result", "when": "kind == 'done'", "require": ["talks.result"]},
        {"id": "talked", "check": "kind != 'done' or COUNT(talks) > 0", "at": "kind"},
    )
    assert await refused(admin, kind="done") == {"/kind": "rule"}
    assert await refused(admin, kind="done", talks=[{"subject": "a"}]) == {"/talks/0/result": "required"}
    found = await made(admin, kind="open", talks=[{"subject": "a"}])
    assert await refused(admin, found.id, kind="done") == {"/talks": "required"}
    more = [{"subject": "b", "result": "good"}]
    assert await refused(admin, found.id, kind="done", talks=more) == {"/talks": "required"}

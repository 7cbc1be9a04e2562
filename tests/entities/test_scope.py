"""What an expression may say about a record, and what that becomes in SQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from platform_core import entities
from platform_core.entities import Entity, EntityColumns, EntityScope
from platform_core.expressions import BOOL, Env, ExpressionErrors, NotSqlable, Person, check, compile_sql
from tests.entities.sample import ACCOUNT, FORMS, QUOTE


@pytest.fixture(autouse=True)
def _forms() -> Iterator[None]:
    with entities.overlay(FORMS):
        yield


class Eyes:
    """Somebody who reads everything but names, and only rows of their own."""

    def field(self, entity: Entity, name: str) -> bool:
        return name != "name"

    def rows(self, entity: Entity) -> tuple[str, tuple[object, ...]]:
        return 't."owner" = ?', ("me",)


def sql(text: str, entity: Entity, eyes: Eyes | None = None) -> tuple[str, tuple[object, ...], list[str]]:
    checked = check(text, EntityScope(entity, sight=eyes), expect=BOOL)
    made = compile_sql(
        checked, EntityColumns(entity, "t", sight=eyes), Env(user=Person("u1")), dialect="sqlite"
    )
    return made.text, made.params, [join.text for join in made.joins]


@pytest.mark.parametrize(
    "text",
    [
        "name == 'A' and rating > 3.5",
        "credit.currency == 'EUR' and credit.amount > 5",
        "parent.country == 'DE'",
        "parent.parent.country == 'DE'",
        "owner == user.id and team == user.team",
        "includes(helpers, user.id)",
        "count(contacts) > 2",
        "archived_at < now() and version > 1",
        "record.name == 'A'",
    ],
)
def test_fields_links_lists_and_the_acting_person_can_be_named(text: str) -> None:
    assert check(text, EntityScope(ACCOUNT), expect=BOOL).type == BOOL


@pytest.mark.parametrize(
    "text",
    [
        "nothing == 1",
        "parent.nothing == 1",
        "parent.parent.parent.country == 'DE'",
        "name.length > 1",
        "_title == 'A'",
        "old.name == 'A'",
        "flow.x == 1",
    ],
)
def test_what_leads_nowhere_is_unknown(text: str) -> None:
    with pytest.raises(ExpressionErrors) as refused:
        check(text, EntityScope(ACCOUNT), expect=BOOL)
    assert refused.value.first.code == "unknown_name"


def test_earlier_values_stand_under_old_where_somebody_asks_for_them() -> None:
    assert check("name != old.name", EntityScope(ACCOUNT, old=True), expect=BOOL).type == BOOL


def test_a_link_to_one_of_several_forms_leads_nowhere_but_equals_ids() -> None:
    assert check("blank(subject)", EntityScope(QUOTE), expect=BOOL).type == BOOL
    with pytest.raises(ExpressionErrors):
        check("subject.name == 'A'", EntityScope(QUOTE), expect=BOOL)


def test_what_somebody_does_not_see_is_unknown_also_behind_links() -> None:
    for text in ("name == 'A'", "parent.name == 'A'", "any(contacts.name == 'A')"):
        with pytest.raises(ExpressionErrors):
            check(text, EntityScope(ACCOUNT, sight=Eyes()), expect=BOOL)
    scope = EntityScope(ACCOUNT, sight=Eyes())
    assert "name" not in scope.names() and "country" in scope.names()
    assert "name" not in scope.names(("parent",))


def test_a_link_becomes_a_join_by_id() -> None:
    text, _params, joins = sql("parent.country == 'DE'", ACCOUNT)
    assert joins == ['LEFT JOIN "r_shop__account" AS "t__parent" ON "t__parent"."id" = t."parent"']
    assert '"t__parent"."country"' in text


def test_behind_a_link_only_rows_that_the_actor_sees_are_joined() -> None:
    checked = check("parent.country == 'DE'", EntityScope(ACCOUNT, sight=Eyes()), expect=BOOL)
    made = compile_sql(checked, EntityColumns(ACCOUNT, "t", sight=Eyes()), Env(), dialect="sqlite")
    (join,) = made.joins
    assert '(SELECT t.* FROM "r_shop__account" AS t WHERE t."owner" = ?)' in join.text
    assert join.params == ("me",)


def test_rows_and_children_become_sub_queries() -> None:
    text, _params, _joins = sql("sum(lines.price) > 10", QUOTE)
    assert '"r_shop__quote__lines"' in text and '."parent" = t."id"' in text
    text, _params, _joins = sql("count(contacts) > 1", ACCOUNT)
    assert '"r_shop__contact"' in text and '."archived_at" IS NULL' in text


def test_what_has_no_column_is_refused_for_filters() -> None:
    with pytest.raises(NotSqlable):
        EntityColumns(ACCOUNT, "t").column(("contacts",))
    with pytest.raises(NotSqlable):
        EntityColumns(QUOTE, "t").rows(("account",))

"""Why a field is as it is: what decided, with its values, and nothing that the asking person may not read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from form_engine.rules.whys import Why
from form_engine.screens.whys import explain_field
from platform_core import definitions, entities, permissions, records
from platform_core.database import new_id
from platform_core.errors import Invalid
from platform_core.identity import Actor
from platform_core.records import BadQuery
from tests.form_engine.publishing import Raw, publish
from tests.form_engine.rules.quotes import publish_quote

ROLE: Raw = {
    "kind": "role",
    "schema": 1,
    "name": "seller",
    "label": {"en": "Seller"},
    "forms": {
        "quote": {"read": "all", "create": True, "update": "all", "fields": {"discount": "hidden"}},
        "client": {"read": "all", "fields": {"limit": "hidden"}},
    },
}
RULES: tuple[Raw, ...] = (
    {"id": "big", "label": {"en": "Big ones"}, "when": "amount > 1000", "require": ["approver"]},
    {"id": "deep", "label": {"en": "Deep ones"}, "when": "discount > 20", "read_only": ["approver"]},
    {"id": "far", "label": {"en": "Poor ones"}, "when": "client.limit < 500", "read_only": ["approver"]},
    {"id": "gone", "label": {"en": "Samples only"}, "when": "kind == 'sample'", "show": ["courier"]},
    {"id": "rows", "label": {"en": "Many"}, "when": "lines.qty > 100", "require": ["lines.reason"]},
)


@pytest.fixture(autouse=True)
def _roles(_kinds: None) -> Iterator[None]:
    definitions.register_kind(permissions.RoleKind())
    yield
    permissions.forget()
    definitions.forget_kind("role")


@pytest.fixture
async def seller(db: str, admin: Actor) -> Actor:
    await publish_quote(admin, *RULES)
    await publish(admin, ROLE)
    return Actor(user_id=new_id(), name="Lina", roles=("shop.seller",))


async def _quote(admin: Actor) -> str:
    client = await records.create("client", {"name": "A", "limit": "100"}, actor=admin)
    lines = [{"item": "a", "qty": 5}, {"item": "b", "qty": 500, "reason": "fair"}]
    values = {"amount": "1500", "approver": "Wei", "lines": lines}
    made = await records.create("quote", values, actor=admin)
    later = {"client": client.id, "discount": "30"}
    await records.update("quote", made.id, later, actor=admin, version=None)
    return made.id


async def _state(record: str, path: str, actor: Actor) -> Why:
    told = await explain_field(entities.get("quote"), record, path, actor=actor)
    assert told.state is not None
    return told.state


async def test_what_decided_is_told_with_the_values_it_went_by(admin: Actor, seller: Actor) -> None:
    state = await _state(await _quote(admin), "approver", admin)
    assert (state.visible, state.required, state.read_only) == (True, False, True)
    told = {ground.id: (ground.effect, ground.sentences) for ground in state.because}
    assert told == {
        "big": ("required", ("amount > 1000 holds (amount = 1500).",)),
        "deep": ("read_only", ("discount > 20 holds (discount = 30).",)),
        "far": ("read_only", ("client.limit < 500 holds (client.limit = 100).",)),
    }
    assert all(ground.trace is not None for ground in state.because)


async def test_a_hidden_value_and_what_is_asked_of_it_stay_hidden(admin: Actor, seller: Actor) -> None:
    record = await _quote(admin)
    state = await _state(record, "approver", seller)
    told = {ground.id: ground for ground in state.because}
    assert told["big"].sentences == ("amount > 1000 holds (amount = 1500).",)
    for name in ("deep", "far"):
        assert told[name].sentences == ("It depends on something that you may not see.",)
        assert told[name].trace is None
    assert not any(secret in str(state) for secret in ("discount", "limit", "< 500", "> 20"))
    with pytest.raises(BadQuery):
        await explain_field(entities.get("quote"), record, "discount", actor=seller)


async def test_a_hidden_field_and_the_cells_of_a_column_have_their_reasons_too(
    admin: Actor, seller: Actor
) -> None:
    record = await _quote(admin)
    hidden = await _state(record, "courier", seller)
    assert not hidden.visible
    assert [each.sentence for each in hidden.because] == ["Hidden by the rule 'Samples only'."]
    assert hidden.because[0].sentences == ("kind == 'sample' does not hold (kind = -).",)
    cells = await _state(record, "lines.reason", seller)
    assert [(each.row, each.effect, each.sentences) for each in cells.because] == [
        (1, "required", ("lines.qty > 100 holds (lines.qty = 500).",))
    ]


async def test_a_field_that_nothing_speaks_about_is_open(admin: Actor, seller: Actor) -> None:
    state = await _state(await _quote(admin), "site", seller)
    assert (state.visible, state.required, state.read_only, state.because) == (True, False, False, ())


async def test_a_refusal_does_not_name_a_field_that_the_actor_does_not_know(
    admin: Actor, seller: Actor
) -> None:
    await publish_quote(
        admin, {"id": "deep", "label": {"en": "Deep ones"}, "when": "amount > 10", "require": ["discount"]}
    )
    with pytest.raises(Invalid) as caught:
        await records.create("quote", {"amount": "11"}, actor=seller)
    assert [(each.pointer, each.code) for each in caught.value.errors] == [("", "rule")]
    assert "discount" not in str(caught.value.errors)

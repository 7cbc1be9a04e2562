"""Whatever is done to records, their computed fields hold what a calculation from nothing gives."""

from __future__ import annotations

import asyncio
from random import Random

import pytest

from platform_core import database, events, records
from platform_core.errors import TradewindError
from platform_core.identity import Actor
from platform_core.records import Change, Record, RecordSaved, Removal, WriteOptions
from tests.form_engine.computed.trade import TRADE, differences, rows_of
from tests.form_engine.publishing import publish

EUR = "EUR"


class Play:
    """Random work on the three forms, the same for the same seed."""

    def __init__(self, actor: Actor, seed: int) -> None:
        self.actor = actor
        self.dice = Random(seed)
        self.ids: dict[str, list[str]] = {"account": [], "deal": [], "task": []}

    async def step(self) -> None:
        act = self.dice.choice(
            [self.create, self.create, self.create, self.update, self.update, self.update, self.bulk]
            + [self.together, self.bin, self.back, self.destroy, self.batch]
        )
        try:
            await act()
        except TradewindError as refused:
            assert refused.code in ("in_bin", "not_in_bin", "still_linked", "not_found", "invalid"), refused

    def form(self) -> str:
        return self.dice.choice(["account", "deal", "deal", "task", "task"])

    def some(self, form: str) -> str | None:
        return self.dice.choice([*self.ids[form], None]) if self.ids[form] else None

    def values(self, form: str) -> dict[str, object]:
        dice = self.dice
        name = dice.choice(["Hansa", "Nordic", "Pacific", None])
        if form == "account":
            rate = dice.choice([None, "1.25", "7", "0.01"])
            return {"name": name, "country": dice.choice(["DE", "NO", None]), "rate": rate}
        if form == "task":
            return {"name": name, "deal": self.some("deal"), "done": dice.random() < 0.5}
        return {
            "name": name,
            "account": self.some("account"),
            "amount": dice.choice([None, {"amount": str(dice.randint(-500, 90_000)), "currency": EUR}]),
            "pieces": dice.choice([None, dice.randint(0, 99)]),
            "won": dice.random() < 0.5,
            "lines": [{"qty": dice.choice([None, dice.randint(0, 9)])} for _ in range(dice.randint(0, 3))],
        }

    def part(self, form: str) -> dict[str, object]:
        whole = self.values(form)
        return {name: whole[name] for name in self.dice.sample(sorted(whole), self.dice.randint(1, 3))}

    async def create(self) -> None:
        form = self.form()
        made = await records.create(form, self.values(form), actor=self.actor)
        self.ids[form].append(made.id)

    async def update(self) -> None:
        form = self.form()
        if self.ids[form]:
            record = self.dice.choice(self.ids[form])
            await records.update(form, record, self.part(form), actor=self.actor, version=None)

    async def bulk(self) -> None:
        form = self.form()
        rows = [self.values(form) for _ in range(self.dice.randint(2, 60))]
        made = await records.bulk_create(form, rows, actor=self.actor)
        self.ids[form] += [each.id for each in made if each.id]

    async def together(self) -> None:
        deals = [self.values("deal") for _ in range(2)]
        for deal in deals:
            del deal["account"]
        made = await records.create("account", {**self.values("account"), "deals": deals}, actor=self.actor)
        self.ids["account"].append(made.id)

    async def bin(self) -> None:
        form = self.form()
        if self.ids[form]:
            await records.delete(form, self.dice.choice(self.ids[form]), actor=self.actor, version=None)

    async def back(self) -> None:
        form = self.form()
        if self.ids[form]:
            await records.restore(form, self.dice.choice(self.ids[form]), actor=self.actor)

    async def destroy(self) -> None:
        form = self.form()
        if self.ids[form]:
            record = self.dice.choice(self.ids[form])
            await records.purge(form, record, actor=self.actor)
            self.ids[form].remove(record)

    async def batch(self) -> None:
        form = self.form()
        chosen = self.dice.sample(self.ids[form], min(4, len(self.ids[form])))
        await records.batch(
            form,
            create=[self.values(form)],
            update=[Change(id=one, values=self.part(form)) for one in chosen[:3]],
            delete=[Removal(id=one) for one in chosen[3:]],
            atomic=False,
            actor=self.actor,
        )


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_what_is_stored_is_what_a_calculation_from_nothing_gives(
    db: str, admin: Actor, seed: int
) -> None:
    await publish(admin, *TRADE)
    play = Play(admin, seed)

    for step in range(60):
        await play.step()
        if step % 6 == 5:
            assert await differences() == [], f"after step {step}"


async def _account(actor: Actor, **values: object) -> Record:
    return await records.create("account", {"name": "Hansa", **values}, actor=actor)


def _euros(amount: int) -> dict[str, object]:
    return {"amount": str(amount), "currency": EUR}


async def test_two_writers_on_two_children_lose_nothing(db: str, admin: Actor) -> None:
    await publish(admin, *TRADE)
    account = await _account(admin)
    deals = [
        await records.create("deal", {"account": account.id, "amount": _euros(1), "won": True}, actor=admin)
        for _ in range(6)
    ]

    async def raise_it(deal: Record, amount: int) -> None:
        await records.update("deal", deal.id, {"amount": _euros(amount)}, actor=admin, version=None)

    async def add_one(amount: int) -> None:
        await records.create(
            "deal", {"account": account.id, "amount": _euros(amount), "won": True}, actor=admin
        )

    for turn in range(1, 6):
        await asyncio.gather(
            *(raise_it(deal, turn * 100 + place) for place, deal in enumerate(deals)),
            *(add_one(turn) for _ in range(3)),
            records.update(
                "account", account.id, {"rate": str(turn), "country": f"c{turn}"}, actor=admin, version=None
            ),
        )
        assert await differences() == []


async def test_an_open_edit_of_the_parent_is_not_disturbed(db: str, admin: Actor) -> None:
    await publish(admin, *TRADE)
    account = await _account(admin)
    await records.create("deal", {"account": account.id, "amount": _euros(5), "won": True}, actor=admin)

    saved = await records.update(
        "account", account.id, {"name": "Nordic"}, actor=admin, version=account.version
    )

    assert saved.version == account.version + 1
    assert saved.values["won_amount"] == {"amount": "5.00", "currency": "EUR"}


async def test_a_computed_change_stands_in_the_history_of_its_record(db: str, admin: Actor) -> None:
    await publish(admin, *TRADE)
    account = await _account(admin)
    await records.create("deal", {"account": account.id, "amount": _euros(5), "won": True}, actor=admin)

    newest = (await records.history("account", account.id, actor=admin)).items[0]

    assert (newest.version, newest.changes["deal_count"]) == (1, [0, 1])
    assert (
        newest.changes["sign"] if "sign" in newest.changes else newest.changes["score"] == ["0.00", "10.00"]
    )


async def test_undoing_an_import_gives_the_totals_back(db: str, admin: Actor) -> None:
    await publish(admin, *TRADE)
    account = await _account(admin)
    rows = [{"account": account.id, "amount": _euros(7), "won": True} for _ in range(120)]
    options = WriteOptions(import_batch=database.new_id())
    await records.bulk_create("deal", rows, actor=admin, options=options)
    assert (await rows_of("account"))[account.id]["deal_count"] == 120

    await records.undo_batch("deal", str(options.import_batch), actor=admin)

    assert (await rows_of("account"))[account.id]["deal_count"] == 0
    assert await differences() == []


async def test_a_parent_saved_with_its_children_is_answered_with_its_totals(db: str, admin: Actor) -> None:
    await publish(admin, *TRADE)
    deals = [{"amount": _euros(5), "won": True}, {"amount": _euros(7)}]

    made = await records.create("account", {"name": "Hansa", "country": "DE", "deals": deals}, actor=admin)

    assert (made.values["deal_count"], made.values["score"], made.values["sign"]) == (2, "20.00", "busy")
    assert {deal["country"] for deal in (await rows_of("deal")).values()} == {"DE"}


async def test_listeners_hear_of_a_computed_change_as_of_any_other(db: str, admin: Actor) -> None:
    await publish(admin, *TRADE)
    account = await _account(admin)
    heard: list[RecordSaved] = []

    async def listen(event: RecordSaved) -> None:
        heard.append(event)

    leave = events.subscribe(RecordSaved, listen)
    try:
        await records.create("deal", {"account": account.id}, actor=admin)
    finally:
        leave()

    (told,) = [event for event in heard if event.id == account.id]
    assert (told.action, told.version, told.actor.is_system) == ("update", account.version, True)
    assert {"deal_count", "score"} <= set(told.changed)

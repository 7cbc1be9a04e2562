"""Rates of exchange: dated, exact, never made up; and who may enter them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import msgspec
import pytest
from aiohttp import web as server
from hypothesis import given
from hypothesis import strategies as st

from platform_core import audit, currencies, jobs, settings
from platform_core.currencies import EuropeanCentralBank, Leg, Quote, Rate, RateMissing, SourceFailed
from platform_core.errors import Forbidden, Invalid, NotFound
from platform_core.expressions import Money
from platform_core.identity import SYSTEM
from tests.records.conftest import _kinds, company
from tests.records.world import Company, publish, role

__all__ = ["_kinds", "company"]

D = Decimal
MONDAY, TUESDAY, FRIDAY = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _enter(_kinds: None) -> Iterator[None]:
    currencies.enter()
    yield


def quote(source: str, target: str, rate: str, day: date = MONDAY, origin: str = "manual") -> Quote:
    return Quote(day=day, source=source, target=target, rate=D(rate), origin=origin)


async def enter(*quotes: Quote) -> None:
    await currencies.enter_rates(quotes, actor=SYSTEM)


async def test_a_rate_holds_from_its_day_until_the_next_one_and_tells_its_day(company: Company) -> None:
    await enter(quote("EUR", "USD", "1.10"), quote("EUR", "USD", "1.20", FRIDAY))
    found = await currencies.convert(Money(D("100"), "EUR"), "USD", TUESDAY)
    assert found.money == Money(D("110.00"), "USD")
    assert (found.rate.day, found.rate.value, found.rate.origins) == (MONDAY, D("1.1"), ("manual",))
    assert (await currencies.convert(Money(D("100"), "EUR"), "USD", FRIDAY)).money.amount == D("120.00")


async def test_a_missing_rate_is_an_error_with_a_remedy_and_never_one(company: Company) -> None:
    await enter(quote("EUR", "USD", "1.10", FRIDAY))
    with pytest.raises(RateMissing) as refused:
        await currencies.convert(Money(D("100"), "EUR"), "USD", TUESDAY)
    assert "EUR" in refused.value.text and "USD" in refused.value.remedy.format_map(refused.value.params)
    assert await currencies.find_rate("EUR", "CNY", FRIDAY) is None
    assert await currencies.find_rate("EUR", "USD", date(2026, 12, 31), max_age_days=7) is None
    with pytest.raises(RateMissing):
        await currencies.rate("EUR", "USD", date(2026, 12, 31), max_age_days=7)


async def test_backwards_and_over_the_base_currency_without_rounding_twice(company: Company) -> None:
    await enter(quote("EUR", "USD", "3", origin="ecb"), quote("USD", "CNY", "7", TUESDAY))
    back = await currencies.convert(Money(D("10"), "USD"), "EUR", FRIDAY)
    assert back.money.amount == D("3.33")
    cross = await currencies.convert(Money(D("1000"), "CNY"), "EUR", FRIDAY)
    assert cross.money.amount == D("47.62")  # 1000 / 7 / 3, rounded once
    assert (cross.rate.day, cross.rate.origins) == (MONDAY, ("manual", "ecb"))


async def test_the_newer_of_a_rate_and_its_opposite_counts(company: Company) -> None:
    await enter(quote("EUR", "USD", "1.10"), quote("USD", "EUR", "0.5", FRIDAY))
    assert (await currencies.rate("EUR", "USD", FRIDAY)).value == D("2")
    assert (await currencies.rate("EUR", "USD", TUESDAY)).value == D("1.1")


@pytest.mark.parametrize(
    ("target", "amount"), [("JPY", "155"), ("KWD", "155.123"), ("USD", "155.12"), ("CLF", "155.1235")]
)
async def test_amounts_come_out_at_the_smallest_unit_of_their_currency(
    company: Company, target: str, amount: str
) -> None:
    await enter(quote("EUR", target, "155.12345"))
    assert str((await currencies.convert(Money(D("1"), "EUR"), target, MONDAY)).money.amount) == amount
    finer = await currencies.convert(Money(D("1"), "EUR"), target, MONDAY, decimals=5)
    assert finer.money.amount == D("155.12345")


async def test_the_same_currency_needs_no_rate_and_changes_nothing(company: Company) -> None:
    found = await currencies.convert(Money(D("1.23456"), "EUR"), "EUR", MONDAY)
    assert found.money == Money(D("1.23456"), "EUR") and found.rate.legs == () and found.rate.value == 1


async def test_many_digits_are_kept_exactly_on_both_databases(company: Company) -> None:
    exact = "0.000039312345678901234"
    await enter(quote("VND", "USD", exact))
    (kept,) = await currencies.rates(source="VND")
    assert kept.rate == D(exact)
    assert (await currencies.convert(Money(D("25437000"), "VND"), "USD", MONDAY)).money.amount == D("999.99")


async def test_only_who_has_the_action_enters_rates_and_the_audit_tells(company: Company) -> None:
    await publish({**role("treasury"), "actions": ["rates"]}, role("sales"))
    tina, lina = await company.hire("Tina", "treasury"), await company.hire("Lina", "sales")
    with pytest.raises(Forbidden):
        await currencies.enter_rates([quote("EUR", "USD", "1.1")], actor=lina)
    await currencies.enter_rates([quote("EUR", "USD", "1.1")], actor=tina)
    await currencies.enter_rates([quote("EUR", "USD", "1.2")], actor=tina)
    (kept,) = await currencies.rates()
    assert kept.rate == D("1.2") and kept.entered_by == tina.user_id
    with pytest.raises(Forbidden):
        await currencies.remove_rate(kept.id, actor=lina)
    await currencies.remove_rate(kept.id, actor=tina)
    with pytest.raises(NotFound):
        await currencies.remove_rate(kept.id, actor=tina)
    lines = await audit.read(audit.AuditQuery(kind="rate"))
    assert [line.action for line in lines][:3] == ["rates.remove", "rates.enter", "rates.enter"]
    assert "1.2" not in str([line.detail for line in lines])


async def test_wrong_rates_are_refused_all_at_once_and_none_is_kept(company: Company) -> None:
    wrong = [
        quote("EUR", "USD", "1.1"), quote("XXX", "USD", "1"), quote("EUR", "EUR", "1"), quote("EUR", "USD", "0"),
        quote("EUR", "USD", "-1"), quote("EUR", "USD", "NaN"), quote("EUR", "USD", "1", date(2099, 1, 1)),
    ]  # fmt: skip
    with pytest.raises(Invalid) as refused:
        await currencies.enter_rates(wrong, actor=SYSTEM)
    assert [problem.pointer for problem in refused.value.errors] == [
        "/items/1/from", "/items/2/to", "/items/3/rate", "/items/4/rate", "/items/5/rate", "/items/6/date",
    ]  # fmt: skip
    assert await currencies.rates() == []


@pytest.mark.parametrize(
    ("text", "rates"),
    [
        ("date,from,to,rate\n2026-11-16,eur,usd,1.10\n", ["1.10"]),
        ("Date;Currency;To;Rate;Per\r\n2026/11/16;JPY;CNY;4,6123;100\r\n\r\n", ["0.046123"]),
        ("日期\t货币\t本币\t汇率\t来源\n2026-11-16\tUSD\tCNY\t7.1\t中国银行\n", ["7.1"]),
    ],
)
def test_a_csv_is_read_as_spreadsheets_write_it(text: str, rates: list[str]) -> None:
    assert [q.rate for q in currencies.quotes_from_csv(text.encode("utf-8-sig"))] == [D(r) for r in rates]


@pytest.mark.parametrize(
    ("data", "pointer"),
    [
        (b"a,b\n1,2\n", "/lines/1"), (b"", "/lines/1"), (b"\xff\xfe\x00", "/file"),
        (b"date,from,to,rate\nyesterday,EUR,USD,1\n", "/lines/2/date"),
        (b"date,from,to,rate\n2026-11-16,EUR,USD,many\n", "/lines/2/rate"),
        (b"date,from,to,rate,per\n2026-11-16,EUR,USD,1,0\n", "/lines/2/rate"),
    ],
)  # fmt: skip
def test_a_csv_that_cannot_be_read_says_where(data: bytes, pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        currencies.quotes_from_csv(data)
    assert refused.value.errors[0].pointer == pointer


def test_the_list_knows_the_smallest_units() -> None:
    assert [currencies.minor_units(code) for code in ("USD", "JPY", "KWD", "CLF", "OLD")] == [2, 0, 3, 4, 2]
    assert currencies.is_currency("CNY") and not currencies.is_currency("DEM")
    assert len(currencies.CURRENCIES) > 150


@given(
    st.decimals("0.01", "1000000", places=2),
    st.decimals("0.0001", "100000", places=4),
    st.decimals("0.0001", "100000", places=4),
)
def test_a_way_over_the_base_is_rounded_once(amount: Decimal, one: Decimal, other: Decimal) -> None:
    legs = (
        Leg(quote("AAA", "USD", str(one)), inverted=False),
        Leg(quote("BBB", "USD", str(other)), inverted=True),
    )
    found = Rate(source="AAA", target="BBB", legs=legs, day=MONDAY).applied(amount)
    exact = (amount * one / other).quantize(D("0.0001"), ROUND_HALF_UP)
    assert abs(found.quantize(D("0.0001"), ROUND_HALF_UP) - exact) <= D("0.0001")


ECB = b"""<?xml version="1.0"?><gesmes:Envelope><Cube><Cube time='2026-11-20'>
<Cube currency='USD' rate='1.0834'/><Cube currency="JPY" rate="163.20"/></Cube></Cube></gesmes:Envelope>"""


@pytest.fixture
async def bank() -> AsyncIterator[tuple[str, list[bytes]]]:
    """A server on loopback that answers with what is put into the list."""
    answers: list[bytes] = []

    async def answer(_request: server.Request) -> server.Response:
        return server.Response(body=answers[0])

    app = server.Application()
    app.router.add_get("/daily.xml", answer)
    runner = server.AppRunner(app)
    await runner.setup()
    site = server.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]  # it is listening
    yield f"http://127.0.0.1:{port}/daily.xml", answers
    await runner.cleanup()


async def test_the_central_banks_rates_are_fetched_by_a_job_where_the_operator_wants_it(
    company: Company, bank: tuple[str, list[bytes]]
) -> None:
    url, answers = bank
    answers.append(ECB)
    jobs.register(jobs.JobKind(currencies.FETCH, currencies.fetch_job))
    before = settings.current()
    await jobs.add(currencies.FETCH)
    await jobs.Worker(concurrency=1).run_once()
    assert await currencies.rates() == []  # nobody has chosen a source
    settings.use(msgspec.structs.replace(before, rate_source="ecb", outbound_allow=("127.0.0.1",)))
    currencies.add_source(EuropeanCentralBank(url))
    for _twice in range(2):
        await jobs.add(currencies.FETCH)
        await jobs.Worker(concurrency=1).run_once()
    assert len(await currencies.rates()) == 2
    cross = await currencies.rate("JPY", "USD", FRIDAY)  # over the euro, though the base is the dollar
    assert len(cross.legs) == 2 and cross.value == D("0.00663848039216")
    assert (await currencies.rate("USD", "EUR", FRIDAY)).origins == ("ecb",)


async def test_a_source_that_answers_nonsense_says_so(
    company: Company, bank: tuple[str, list[bytes]]
) -> None:
    url, answers = bank
    answers.append(b"<html>out of order</html>")
    settings.use(msgspec.structs.replace(settings.current(), outbound_allow=("127.0.0.1",)))
    with pytest.raises(SourceFailed):
        await EuropeanCentralBank(url).fetch()


async def test_a_plugins_source_is_one_object_with_a_name(company: Company) -> None:
    class House:
        name = "house"

        async def fetch(self) -> Sequence[Quote]:
            return [quote("EUR", "USD", "1.5", origin="house")]

    currencies.add_source(House())
    assert "house" in currencies.sources()
    with pytest.raises(TypeError):
        currencies.add_source(object())

"""What happened at the demo company during the last twelve months, as a list of dated writes.

Pure: the same `today` gives the same story. Who writes it (and with which ids) is the business of `load`.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import NamedTuple, cast
from zlib import crc32

import phonenumbers

from trade_crm.demo.companies import COMPANIES, Company
from trade_crm.demo.goods import FIRST_NAMES, LAST_NAMES, NOTES, POSITIONS, PRODUCTS, SUPPLIERS, TALK

SEED = 20260701
OUTSIDE = "erp"
"""Acts where a field comes from the outside system that leads it; no person may write it."""
_STAGES = ("inquiry_assigned", "needs", "quoting", "sampling", "negotiation")
_PORTS = ("uslax", "nlrtm", "deham", "aejea", "gbfxt")
"""Where demo deals are shipped to."""
_NEXT_STEPS = ("", "Ask for drawings", "Send the quotation", "Send five samples", "Agree on the payment")
_WEST = {"US", "CA", "MX", "BR", "AR", "ES", "FR", "IT", "GB"}
_SOURCES = ("exhibition", "google_search", "alibaba", "website", "referral", "linkedin", "cold_mail")
_LINE_OF = {"industrial_automation": "controllers", "electronics": "connectors", "hardware": "tools",
            "building_materials": "fittings", "agriculture": "fittings", "energy": "power_supplies"}  # fmt: skip


class Local(NamedTuple):
    """Stands for the id of a record that an earlier write of the story created."""

    name: str


class Write(NamedTuple):
    """One create (`update` False) or update of the record called `name`, by one person at one moment."""

    at: datetime
    actor: str
    form: str
    name: str
    values: dict[str, object]
    update: bool = False


def story(now: datetime) -> list[Write]:
    """The whole year before `now` (aware UTC), in order of time."""
    draw = random.Random(SEED)
    writes = [*_goods(now)]
    for number, company in enumerate(COMPANIES):
        writes.extend(_customer(draw, now, number, company))
    writes.extend(_open_leads(draw, now))
    return sorted(writes, key=lambda write: write.at)


def owner_of(company: Company) -> str:
    """Who looks after a customer: Carlos the west, the manager two Gulf accounts, Li Na the rest."""
    if company.country in _WEST and company.name != "Global Tech Inc.":
        return "carlos"
    return "manager" if company.city == "Abu Dhabi" or company.city == "Sharjah" else "lina"


def _goods(now: datetime) -> Iterator[Write]:
    start = now - timedelta(days=370)
    for number, row in enumerate(SUPPLIERS):
        yield Write(start + timedelta(minutes=number), "admin", "supplier", f"supplier-{number}", {
            "name": row["name"], "local_name": row["local_name"], "country": "CN", "city": row["city"],
            "categories": [row["category"]], "quality_grade": row["grade"], "on_time_rate": str(97 - 3 * number),
            "payment_term": "tt_30_70_ship", "vat_invoice": number != 5,
        })  # fmt: skip
    for number, row in enumerate(PRODUCTS):
        maker = next((i for i, s in enumerate(SUPPLIERS) if s["category"] == row["category"]), 0)
        yield Write(start + timedelta(hours=1, minutes=number), "admin", "product", f"product-{number}", {
            "sku": row["sku"], "name": row["name"], "name_zh": row["name_zh"], "model": row["sku"],
            "category": row["category"], "unit": "pcs", "moq": 100, "lead_time_days": 25, "origin_country": "CN",
            "cost_price": {"amount": row["cost"], "currency": "CNY"}, "vat_rate": "13", "refund_rate": "13",
            "list_prices": [{"currency": "USD", "port": "cnngb", "qty_from": "100", "price": row["price"]}],
            "suppliers": [{"supplier": Local(f"supplier-{maker}"), "moq": 200, "lead_time_days": 20}],
            "packing": [{"pack_name": "Carton", "pcs_per_carton": 24, "length_cm": "48", "width_cm": "32",
                         "height_cm": "30", "gross_kg": "13.5", "net_kg": "12.2"}],
        })  # fmt: skip
        stock: dict[str, object] = {"stock_qty": str(400 + 130 * number)}
        yield Write(
            start + timedelta(hours=2, minutes=number), OUTSIDE, "product", f"product-{number}", stock, True
        )


def _customer(draw: random.Random, now: datetime, number: int, company: Company) -> Iterator[Write]:
    actor, key = owner_of(company), f"account-{number}"
    age = 364 if number == 0 else draw.randint(12, 360)
    since = _office_hour(draw, now - timedelta(days=age))
    yield Write(since, actor, "account", key, _account_values(draw, company))
    people = 3 if number == 0 else draw.randint(1, 3)
    for person in range(people):
        yield _contact(draw, since + timedelta(minutes=5 + person), actor, number, person, company)
    if number % 3 == 0:
        yield from _won_lead(draw, since, actor, number, company)
    talks = sorted(
        _office_hour(draw, now - timedelta(days=draw.uniform(0.3, age))) for _ in range(draw.randint(3, 8))
    )
    talks = [at for at in talks if since + timedelta(hours=1) < at < now]
    for turn, at in enumerate(talks):
        yield _activity(draw, at, actor, number, people, turn)
    status = draw.choice(("prospect", "quoting", "quoting", "sampling", "won", "repeat", "dormant"))
    for deal in range(draw.randint(0, 2) if number else 2):
        yield from _deal(draw, now, since, actor, number, deal, company, status)
    if talks:
        yield _settled(draw, now, talks[-1], actor, number, status)
    yield from _tasks(draw, now, since, actor, number)
    if number % 3 == 1:
        subject, text = draw.choice(NOTES)
        yield Write(since + timedelta(days=1), actor, "note", f"note-{number}",
                    {"subject": subject, "text": text, "account": Local(key)})  # fmt: skip


def _account_values(draw: random.Random, company: Company) -> dict[str, object]:
    line = _LINE_OF.get(company.industry, "accessories")
    values: dict[str, object] = {
        "name": company.name, "country": company.country, "city": company.city, "timezone": company.zone,
        "language": company.language, "settlement_currency": company.currency, "account_type": company.account_type,
        "industry": company.industry, "website": f"https://{company.domain}", "phone": _phone(draw, company.country),
        "email_general": f"info@{company.domain}", "source": draw.choice(_SOURCES),
        "tax_no": f"{company.country}{crc32(company.domain.encode()) % 10**9:09d}",
        "company_size": draw.choice(("s1", "s11", "s51", "s201", "s501")), "main_categories": [line],
        "annual_purchase": {"amount": str(draw.randrange(20, 900) * 1000), "currency": "USD"},
        "purchase_cycle": draw.choice(("monthly", "quarterly", "half_yearly")),
        "preferred_incoterm": draw.choice(("fob", "cif", "cfr", "exw")),
        "preferred_payment_term": draw.choice(("tt_30_70_ship", "tt_30_70_bl", "tt_100")),
    }  # fmt: skip
    if company.local_name:
        values["local_name"] = company.local_name
    return values


def _contact(
    draw: random.Random, at: datetime, actor: str, number: int, person: int, company: Company
) -> Write:
    given = draw.choice(FIRST_NAMES[company.country])
    family = draw.choice(LAST_NAMES[company.country])
    if number == 0 and person == 0:
        given, family = "John", "Schmidt"
    position, role = POSITIONS[person] if number == 0 else draw.choice(POSITIONS)
    mailbox = _ascii(f"{given[0]}.{family}")
    return Write(at, actor, "contact", f"contact-{number}-{person}", {
        "name": f"{given} {family}", "given_name": given, "family_name": family, "account": Local(f"account-{number}"),
        "position": position, "decision_role": role, "is_primary": person == 0, "language": company.language,
        "email": f"{mailbox}@{company.domain}", "phone": _phone(draw, company.country),
    })  # fmt: skip


def _won_lead(
    draw: random.Random, since: datetime, actor: str, number: int, company: Company
) -> Iterator[Write]:
    name = f"lead-{number}"
    yield Write(since - timedelta(hours=26), actor, "lead", name, {
        "company_name": company.name, "country": company.country, "source": draw.choice(_SOURCES),
        "inquiry_text": "Please quote your controllers and sensors, yearly quantity about 2,000 pieces.",
        "product_line": "controllers", "email": f"info@{company.domain}", "status": "qualified",
    })  # fmt: skip
    yield Write(since + timedelta(minutes=20), actor, "lead", name,
                {"status": "converted", "converted_account": Local(f"account-{number}")}, update=True)  # fmt: skip


def _activity(draw: random.Random, at: datetime, actor: str, number: int, people: int, turn: int) -> Write:
    kind, subject, text = draw.choice(TALK)
    return Write(at, actor, "activity", f"activity-{number}-{turn}", {
        "kind": kind, "subject": subject, "text": text, "at": _instant(at), "account": Local(f"account-{number}"),
        "contact": Local(f"contact-{number}-{draw.randrange(people)}"),
        "direction": draw.choice(("inbound", "outbound", "outbound")),
    })  # fmt: skip


def _deal(
    draw: random.Random,
    now: datetime,
    since: datetime,
    actor: str,
    number: int,
    deal: int,
    company: Company,
    status: str,
) -> Iterator[Write]:
    name, product = f"deal-{number}-{deal}", draw.randrange(len(PRODUCTS)) if number else 0
    quantity = draw.randrange(2, 60) * 50
    start = _office_hour(draw, since + (now - since) * draw.uniform(0.1, 0.6))
    amount = {"amount": f"{float(PRODUCTS[product]['price']) * quantity:.2f}", "currency": "USD"}
    yield Write(start, actor, "deal", name, {
        "name": f"{PRODUCTS[product]['sku']} for {company.name}", "account": Local(f"account-{number}"),
        "main_contact": Local(f"contact-{number}-0"), "amount": amount, "source": _SOURCES[number % len(_SOURCES)],
        "quantity": str(quantity), "product_line": PRODUCTS[product]["category"], "probability": "10",
        "lines": [{"product": Local(f"product-{product}"), "quantity": str(quantity),
                   "target_price": {"amount": PRODUCTS[product]["price"], "currency": "USD"}}],
    })  # fmt: skip
    yield from _pipeline(
        draw, now, start, actor, name, number, product, won=deal == 0 and status in ("won", "repeat")
    )


def _pipeline(
    draw: random.Random, now: datetime, start: datetime, actor: str, name: str, number: int, product: int, *, won: bool
) -> Iterator[Write]:  # fmt: skip
    """The deal's way through the stages, with what each needs."""
    port = _PORTS[number % len(_PORTS)]
    price = {"amount": PRODUCTS[product]["price"], "currency": "USD"}
    steps = draw.randint(1, 4)
    gap = (now - start) / (steps + 2)
    for step in range(1, steps + 1):
        close = (now + timedelta(days=draw.randint(5, 70))).date().isoformat()
        values: dict[str, object] = {
            "stage": _STAGES[step], "probability": str(10 + 20 * step), "expected_close": close,
            "next_step": _NEXT_STEPS[step],
        }  # fmt: skip
        if _STAGES[step] == "quoting":
            values |= {"incoterm": "cif", "destination_port": port, "target_price": price}
        yield Write(start + gap * step, actor, "deal", name, values, update=True)
    # Out of turn only a manager ends a deal.
    judge = actor if _STAGES[steps] == "negotiation" else "admin" if actor == "carlos" else "manager"
    at = start + gap * (steps + 1)
    if won:
        values = {"stage": "won", "probability": "100", "won_at": at.date().isoformat()}
        terms = {"incoterm": "fob", "destination_port": port} if steps == 1 else {}
        yield Write(at, judge, "deal", name, values | terms, update=True)
    elif draw.random() < 0.12:
        values = {"stage": "lost", "probability": "0", "lost_reason": "price"}
        yield Write(at, judge, "deal", name, values, update=True)


def _settled(
    draw: random.Random, now: datetime, last: datetime, actor: str, number: int, status: str
) -> Write:
    grade = "a" if number == 0 else draw.choice(("a", "b", "b", "b", "c", "unrated"))
    values: dict[str, object] = {
        "grade_manual": grade, "cooperation_status": "quoting" if number == 0 else status
    }  # fmt: skip
    if number == 0 or draw.random() < 0.7:
        values["next_action"] = draw.choice(
            (
                "Follow up on the quote",
                "Send the price list",
                "Call about the carton",
                "Ask for the target price",
            )
        )
        values["next_action_at"] = _instant(_office_hour(draw, now + timedelta(days=draw.uniform(-2, 12))))
    return Write(
        min(last + timedelta(minutes=7), now), actor, "account", f"account-{number}", values, update=True
    )


def _tasks(draw: random.Random, now: datetime, since: datetime, actor: str, number: int) -> Iterator[Write]:
    if number % 2 == 0:
        due = _office_hour(draw, now + timedelta(days=draw.uniform(-1, 6)))
        made = max(since + timedelta(hours=2), now - timedelta(days=3))
        yield Write(min(made, now), actor, "task", f"task-{number}-open", {
            "subject": draw.choice(("Call back", "Send the CIF quote", "Arrange five samples", "Check the HS code")),
            "type": draw.choice(("call", "quote", "sample", "document")), "due_at": _instant(due),
            "priority": draw.choice(("high", "normal", "normal")), "account": Local(f"account-{number}"),
        })  # fmt: skip
    if number % 4 == 1:
        at = since + timedelta(hours=3)
        yield Write(at, actor, "task", f"task-{number}-done", {
            "subject": "First contact", "type": "follow_up", "due_at": _instant(at + timedelta(days=1)),
            "account": Local(f"account-{number}"),
        })  # fmt: skip
        done = min(at + timedelta(hours=5), now)
        yield Write(done, actor, "task", f"task-{number}-done",
                    {"status": "done", "done_at": _instant(done), "result": "Reached, interested"}, update=True)  # fmt: skip


def _open_leads(draw: random.Random, now: datetime) -> Iterator[Write]:
    wanted = ("Atlas Cove Trading", "Borealis Pumps", "Casa del Taladro", "Delta Kabel", "Eastwind Kitchens",
              "Fjellheim Utstyr", "Gulf Crest Stores", "Hanoi Bright Tools", "Isola Ricambi", "Jade Orchard Farms",
              "Kolibri Sensores", "Lakeshore Cranes", "Monte Claro Riego", "Nihon Kawa Parts", "Oakfield Fasteners",
              "Puerto Lindo Marina")  # fmt: skip
    countries = (
        "US",
        "CA",
        "MX",
        "NL",
        "GB",
        "PL",
        "AE",
        "VN",
        "IT",
        "ZA",
        "ES",
        "US",
        "AR",
        "JP",
        "GB",
        "MX",
    )
    for number, (name, country) in enumerate(zip(wanted, countries, strict=True)):
        at = now - timedelta(hours=draw.uniform(2, 24 * 20))
        actor = ("lina", "carlos", "manager")[number % 3]
        slug = name.casefold().replace(" ", "-")
        yield Write(at, actor, "lead", f"lead-open-{number}", {
            "company_name": name, "contact_name": f"{draw.choice(FIRST_NAMES[country])} {draw.choice(LAST_NAMES[country])}",
            "country": country, "email": f"buyer@{slug}.example", "source": draw.choice(_SOURCES),
            "inquiry_text": f"We look for {draw.choice(PRODUCTS)['name'].casefold()}, please send price and lead time.",
            "product_line": draw.choice(PRODUCTS)["category"], "quantity": str(draw.randrange(1, 40) * 100),
            "status": draw.choice(("new", "assigned", "contacted")), "assigned_at": _instant(at),
            "response_due": _instant(at + timedelta(hours=24)),
        })  # fmt: skip


def _office_hour(draw: random.Random, day: datetime) -> datetime:
    """The same day at a plausible working minute (01:00-09:59 UTC, which is 9 to 18 o'clock in Ningbo)."""
    return datetime.combine(day.date(), time(draw.randint(1, 9), draw.randint(0, 59)), tzinfo=day.tzinfo)


def _ascii(name: str) -> str:
    """A name as it stands in a mail address: "É.Lemoine" → "e.lemoine"."""
    plain = unicodedata.normalize("NFKD", name.replace("ı", "i")).casefold()
    return "".join(c for c in plain if c.isascii() and (c.isalnum() or c == "."))


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def _phone(draw: random.Random, country: str) -> str:
    """A number that is valid in the country's plan and, where the plan has such a range, nobody's."""
    if country in ("US", "CA"):
        area = {"US": "312", "CA": "604"}[country]
        return f"+1 {area} 555 01{draw.randrange(100):02d}"
    example = cast("phonenumbers.PhoneNumber", phonenumbers.example_number(country))
    text = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    return text[:-2] + f"{draw.randrange(100):02d}"

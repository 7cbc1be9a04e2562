"""The menu and the first screen: what an app offers, and of that what each person may see."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from platform_core import definitions, i18n
from platform_core.database import new_id
from platform_core.definitions import ChangeItem, CheckResult
from platform_core.identity import SYSTEM, Actor
from platform_core.web import MenuGroup, form_url, home_of, menu_of
from tests.api.conftest import Browser
from tests.permissions.example_forms import form, role


def app(*menu: Mapping[str, object], **more: object) -> dict[str, object]:
    return {
        "kind": "app",
        "schema": 1,
        "name": "trade",
        "version": "1.0.0",
        "label": {"en": "Trade"},
        "languages": ["en", "zh"],
        "menu": list(menu),
    } | more


MENU = (
    {"form": "account", "label": {"en": "Customers", "zh": "客户"}, "list": "mine"},
    {"form": "deal"},
    {
        "label": {"en": "Office"},
        "items": [
            {"form": "invoice", "label": {"en": "Invoices"}},
            {"page": "/tools/rates", "label": {"en": "Rates"}, "roles": ["buyer"]},
            {"page": "/imports", "label": {"en": "Imports"}, "action": "import"},
        ],
    },
)


async def publish(*raws: dict[str, object]) -> None:
    items = [ChangeItem(kind=str(r["kind"]), name=str(r["name"]), definition=r, app="trade") for r in raws]
    await definitions.publish(items, actor=SYSTEM)


async def check(raw: dict[str, object]) -> CheckResult:
    return await definitions.check(
        [ChangeItem(kind="app", name="trade", definition=raw, app="trade")], actor=SYSTEM
    )


@pytest.fixture
async def office(db: str) -> None:
    await publish(
        form("account", "name"),
        form("deal", "name"),
        form("invoice", "name"),
        role("seller", account={"read": "own"}, deal={"read": "own"}),
        role("buyer", "import", invoice={"read": "all"}, deal={"create": True}),
        app(*MENU, home={"buyer": "today", "trade.seller": "/r/account"}),
    )


def person(*roles: str) -> Actor:
    return Actor(user_id=new_id(), name="Lina", roles=roles)


def labels(menu: tuple[MenuGroup, ...]) -> list[tuple[str, list[str]]]:
    return [(group.label, [item.label for item in group.items]) for group in menu]


async def test_each_sees_the_lines_that_lead_somewhere_for_them(office: None) -> None:
    assert labels(menu_of(person("seller"))) == [("", ["Customers", "Deal"])]
    assert labels(menu_of(person("buyer"))) == [("Office", ["Invoices", "Rates", "Imports"])]
    assert labels(menu_of(person("admin"))) == [
        ("", ["Customers", "Deal"]),
        ("Office", ["Invoices", "Rates", "Imports"]),
    ]
    assert menu_of(person()) == ()


async def test_the_menu_speaks_the_readers_language(office: None) -> None:
    with i18n.speaking("zh"):
        assert labels(menu_of(person("seller")))[0][1][0] == "客户"


async def test_the_line_of_the_present_screen_is_marked(office: None) -> None:
    def marked(path: str) -> list[str]:
        return [
            item.label for group in menu_of(person("admin"), path) for item in group.items if item.current
        ]

    assert marked("/r/account") == ["Customers"]
    assert marked(f"/r/account/{new_id()}") == ["Customers"]
    assert marked("/r/accounts") == []
    assert marked("/admin") == []


async def test_everybody_lands_on_a_screen_of_their_own(office: None) -> None:
    assert home_of(person("buyer")) == "/today"
    assert home_of(person("seller")) == "/r/account"
    assert home_of(person("admin")) == "/r/account?view=mine"
    assert home_of(person()) == "/welcome"


async def test_the_start_page_leads_there(office: None, lina_here: Browser, ada_here: Browser) -> None:
    assert (await lina_here.get("/")).headers["location"] == "/r/account"
    page = await ada_here.get("/welcome")
    assert page.status_code == 200
    assert 'href="/r/account?view=mine"' in page.text


async def test_a_form_that_two_apps_have_is_called_by_its_whole_name(office: None) -> None:
    from platform_core import entities

    assert form_url(entities.get("trade.deal")) == "/r/deal"
    other = form("deal", "name")
    await definitions.publish(
        [ChangeItem(kind="form", name="deal", definition=other, app="other")], actor=SYSTEM
    )
    assert form_url(entities.get("trade.deal")) == "/r/trade.deal"
    assert labels(menu_of(person("trade.seller"))) == [("", ["Customers", "Deal"])]


async def test_a_change_of_roles_changes_the_menu(office: None) -> None:
    assert menu_of(person("seller"))[0].items[1].label == "Deal"
    await publish(role("seller", account={"read": "own"}))
    assert labels(menu_of(person("seller"))) == [("", ["Customers"])]


@pytest.mark.parametrize(
    ("line", "pointer", "code"),
    [
        ({"label": {"en": "Nothing"}}, "/menu/0", "one_target"),
        ({"form": "account", "page": "/x"}, "/menu/0", "one_target"),
        ({"page": "/x", "label": {"en": "X"}, "list": "mine"}, "/menu/0/list", "list_of_form"),
        ({"page": "/x"}, "/menu/0/label", "required"),
        ({"form": "acount"}, "/menu/0/form", "unknown_reference"),
        ({"page": "https://evil.example", "label": {"en": "X"}}, "/menu/0/page", "pattern"),
        (
            {"label": {"en": "A"}, "items": [{"label": {"en": "B"}, "items": [{"form": "deal"}]}]},
            "/menu/0/items/0/items",
            "too_deep",
        ),
    ],
)
async def test_a_wrong_line_is_told_at_its_place(
    office: None, line: dict[str, object], pointer: str, code: str
) -> None:
    found = [(problem.pointer, problem.code) for problem in (await check(app(line))).problems]
    assert (pointer, code) in found or (code == "pattern" and pointer in {place for place, _ in found})


async def test_a_language_we_do_not_speak_is_told(office: None) -> None:
    (problem,) = (await check(app(languages=["en", "tlh"]))).problems
    assert (problem.pointer, problem.code) == ("/languages/1", "unknown_language")

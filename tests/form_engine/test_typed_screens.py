"""Every kind of field goes through the screens: entered, refused beside its control, shown, filtered, exported."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

from platform_core import definitions
from platform_core.definitions import ChangeItem
from platform_core.identity import SYSTEM
from tests.fixtures_crm import Crm

PLANTS = {
    "kind": "dictionary",
    "schema": 1,
    "name": "line",
    "label": {"en": "Line"},
    "values": [
        {"key": "machines", "label": {"en": "Machines"}},
        {"key": "pumps", "label": {"en": "Pumps"}, "parent": "machines"},
        {"key": "small", "label": {"en": "Small pumps"}, "parent": "pumps"},
        {"key": "textiles", "label": {"en": "Textiles"}},
    ],
}
KINDS: dict[str, dict[str, object]] = {
    "tags": {},
    "rating": {},
    "tree_choice": {"dictionary": "line"},
    "time": {},
    "duration": {},
    "rich_text": {"search": True},
    "address": {},
    "geo": {},
    "social": {},
    "image": {},
    "signature": {},
    "consent": {"version": "2", "wording": {"en": "We may write to you."}},
    "barcode": {},
    "json": {},
}
TYPED = {
    "f_tags": "VIP, Canton Fair, vip",
    "f_rating": "4",
    "f_tree_choice": "small",
    "f_time": "09:30",
    "f_duration": "2 h 30 min",
    "f_rich_text": '<p>Ask <b>Li</b></p><script>alert(1)</script><p onclick="x()">again</p>',
    "f_address.street": "400 Harbor Blvd",
    "f_address.city": "Oakland",
    "f_address.region": "CA",
    "f_address.postcode": "94607",
    "f_address.country": "US",
    "f_geo": "29.868336, 121.54399",
    "f_social.platform": "",
    "f_social.handle": "https://www.linkedin.com/in/jane-doe/",
    "f_consent": "true",
    "f_barcode": "4006381333931",
    "f_json": '{"source": "web"}',
}


async def install() -> None:
    thing = {
        "kind": "form",
        "schema": 1,
        "name": "thing",
        "label": {"en": "Thing"},
        "title": "{name}",
        "fields": [
            {"type": "text", "name": "name", "label": {"en": "Name"}},
            *({"type": kind, "name": f"f_{kind}", **more} for kind, more in KINDS.items()),
        ],
        "lists": [{"name": "all", "columns": ["name", *(f"f_{kind}" for kind in KINDS)]}],
    }
    given = [PLANTS, thing]
    items = [
        ChangeItem(kind=str(one["kind"]), name=str(one["name"]), definition=one, app="local") for one in given
    ]
    await definitions.publish(items, actor=SYSTEM)


async def test_every_kind_is_entered_shown_listed_and_filtered(crm: Crm) -> None:
    await install()
    admin = await crm.login("admin")
    form = await admin.page("/r/thing/new")
    assert (
        "tw-rich" in form and "tw-signature" in form and "tw-scan" in form and "We may write to you." in form
    )

    saved = await admin.post_form("/r/thing/new", {"name": "A", **TYPED})
    url = saved.headers["location"]
    page = await admin.page(url.split("?")[0])

    for shown in (
        "Canton Fair", "4 / 5", "Machines › Pumps › Small pumps", "09:30", "2 h 30 min", "<p>Ask <strong>Li</strong></p>",
        "Oakland, CA 94607", "openstreetmap.org/?mlat=29.868336", "linkedin.com/in/jane-doe", "wording 2", "4006381333931",
    ):  # fmt: skip
        assert shown in page, shown
    assert "alert(1)" not in page and "onclick" not in page
    record: Any = await admin.api("GET", f"/records/thing/{url.split('?')[0].rpartition('/')[2]}")
    values = record.get("values", record)
    assert values["f_duration"] == "PT2H30M" and values["f_tags"] == ["VIP", "Canton Fair"]
    assert values["f_social"] == {"platform": "linkedin", "handle": "jane-doe"}
    assert values["f_json"] == {"source": "web"}

    edited = await admin.page(f"{url.split('?')[0]}/edit")
    assert (
        'value="2:30"' in edited
        and "VIP; Canton Fair" in edited
        and "&#34;source&#34;: &#34;web&#34;" in edited
    )
    standing = re.search(r'<option value="(given 2 [^"]+)" selected', edited)
    assert standing
    kept = {**TYPED, "name": "B", "f_consent": standing[1], "_version": "1"}
    await admin.post_form(f"{url.split('?')[0]}/edit", kept)
    history: Any = await admin.api("GET", f"/records/thing/{url.split('?')[0].rpartition('/')[2]}/history")
    assert set(history["items"][0]["changes"]) == {"name"}

    await filtered(crm)


async def filtered(crm: Crm) -> None:
    """Each filter finds the record, or does not."""
    admin = await crm.login("admin")
    rules: list[tuple[str, str, object, bool]] = [
        ("f_tree_choice", "below", "machines", True),
        ("f_tree_choice", "below", "textiles", False),
        ("f_tree_choice", "eq", "pumps", False),
        ("f_tags", "includes", "VIP", True),
        ("f_rating", "ge", "4", True),
        ("f_rating", "gt", "4", False),
        ("f_time", "lt", "10:00", True),
        ("f_time", "eq", "9:30", True),
        ("f_duration", "gt", "2 h", True),
        ("f_duration", "between", ["3:00", "4:00"], False),
        ("f_rich_text", "contains", "again", True),
        ("f_rich_text", "contains", "strong", False),
        ("f_address", "contains", "Oakland", True),
        ("f_social", "contains", "jane", True),
        ("f_consent", "eq", "true", True),
        ("f_barcode", "starts_with", "4006", True),
        ("f_json", "filled", None, True),
        ("f_geo", "blank", None, False),
    ]
    for name, op, value, found in rules:
        asked = json.dumps({"match": "all", "rules": [{"field": name, "op": op, "value": value}]})
        page = await admin.page(f"/r/thing?filter={quote(asked)}")
        assert (">B<" in page) is found, (name, op, value)


async def test_what_is_wrong_stands_beside_its_control(crm: Crm) -> None:
    await install()
    admin = await crm.login("admin")
    upload = await admin.request(
        "POST", "/api/v1/files", files={"file": ("note.txt", b"no picture at all", "text/plain")}
    )
    wrong = {
        "f_rating": "9", "f_tree_choice": "nowhere", "f_time": "25:00", "f_duration": "soon", "f_geo": "91, 0",
        "f_address.country": "Atlantis", "f_social.platform": "", "f_social.handle": "jane", "f_barcode": "4006381333930",
        "f_json": "{", "f_image": upload.json()["id"],
    }  # fmt: skip

    refused: Any = await admin.api(
        "POST",
        "/records/thing",
        {
            "f_rating": 9, "f_tree_choice": "nowhere", "f_time": "9:30", "f_duration": "2 h", "f_geo": {"lat": "91"},
            "f_address": {"street": "x", "planet": "Mars"}, "f_social": {"handle": "jane"}, "f_barcode": "1",
            "f_json": "{}", "f_image": upload.json()["id"], "f_tags": "VIP", "f_consent": "yes",
        },
        expect=422,
    )  # fmt: skip
    pointers = {str(one["pointer"]).split("/")[1] for one in refused["errors"]}
    assert pointers == {f"f_{kind}" for kind in KINDS} - {"f_rich_text", "f_signature"}

    page = (await admin.post_form("/r/thing/new", {"name": "A", **wrong}, expect=422)).text
    for told in (
        "must not be more than 5", "not in the list", "not a time of day", "not a duration", "degrees between", "known country",
        "which network", "last digit should be 1", "This is not JSON", "no picture",
    ):  # fmt: skip
        assert told in page, told

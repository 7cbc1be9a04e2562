"""Changing what is in use, as plain HTML and over REST: the plan asks, big tables follow in the background, a newer
app is merged with what the company has changed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from platform_core import definitions, identity, jobs, settings
from tests.fixtures_crm import Client, Crm

PARCEL = "/definitions/form/local.parcel"
PAGE = "/admin/definitions/form/local.parcel"
Raw = dict[str, object]


def form(*fields: Raw) -> Raw:
    labelled = [{"label": {"en": str(each["name"]).capitalize()}, **each} for each in fields]
    return {"kind": "form", "schema": 1, "name": "parcel", "label": {"en": "Parcel"}, "fields": labelled}


NAME: Raw = {"type": "text", "name": "name"}
TEXT: Raw = {"type": "text", "name": "country"}
COUNTRY: Raw = {"type": "country", "name": "country"}


@pytest.fixture
async def admin(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> Client:
    """An admin, and a form with seven records in an installation where five rows are many."""
    import msgspec

    settings.use(msgspec.structs.replace(settings.current(), big_table_rows=5))
    client = await crm.login("admin")
    await draft(client, form(NAME, TEXT))
    await client.api("POST", PARCEL + "/publish", {"note": "", "accept": []})
    for place, value in enumerate(["Germany", "Deutschland", "DE", "France", "FR", "?", ""]):
        await client.api(
            "POST", "/records/local.parcel", {"name": f"P{place}", "country": value or None}, expect=201
        )
    return client


async def draft(client: Client, raw: Raw) -> None:
    await client.api("PUT", PARCEL + "/draft", raw)


async def work() -> None:
    await jobs.Worker(concurrency=1).run_once()
    await definitions.refresh()


async def countries(client: Client) -> list[object]:
    answer = await client.api("GET", "/records/local.parcel?fields=name,country&sort=name")
    items = answer["items"]
    assert isinstance(items, list)
    return [one.get("country") for one in items]


async def test_a_retype_is_decided_value_by_value_and_followed_on_the_screen(admin: Client) -> None:
    await draft(admin, form(NAME, COUNTRY))
    page = await admin.page(PAGE + "/publish")
    assert "Where each value goes" in page and "Deutschland" in page
    rev = re.search(r'name="rev" value="(\d+)"', page)
    assert rev is not None
    item = "field.country.retyped"
    lines = re.findall(
        r'name="map-old:field.country.retyped" value="([^"]*)".*?name="map-auto:[^"]*" value="([^"]*)"', page
    )
    fields: dict[str, object] = {"rev": rev[1], "note": "Codes", "accept[]": item, "_csrf_token": admin.csrf}
    fields[f"map-old:{item}"] = [old.replace("&#34;", '"') for old, _auto in lines]
    fields[f"map-auto:{item}"] = [auto for _old, auto in lines]
    fields[f"map-new:{item}"] = ["DE" if "Deutschland" in old else auto for old, auto in lines]
    counted = await admin.request("POST", PAGE + "/publish", data={**fields, "recount": "1"})
    assert counted.status_code == 200 and "1 would be lost" in counted.text

    answer = await admin.request("POST", PAGE + "/publish", data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE + "/rollout")
    running = await admin.page(PAGE + "/rollout")
    assert "Cancel the publish" in running and 'hx-get="' in running
    assert (await admin.request("GET", PAGE + "/publish")).status_code == 303
    await work()

    assert "Revision 2 is published" in await admin.page(PAGE + "/rollout")
    assert await countries(admin) == ["DE", "DE", "DE", "FR", "FR", None, None]
    await admin.api("POST", PARCEL + "/rollback", {"revision": 1, "accept": []}, expect=202)
    await work()
    assert await countries(admin) == ["Germany", "Deutschland", "DE", "France", "FR", "?", None]


async def test_rest_answers_202_and_tells_how_far_it_is_and_what_stood_in_the_way(admin: Client) -> None:
    await draft(admin, form(NAME, COUNTRY))
    refused = await admin.api("POST", PARCEL + "/publish", {"note": ""}, expect=409)
    assert refused["code"] == "not_accepted"
    answers = {"field.country.retyped": {"map": [["Deutschland", "DE"], ["?", "FR"]]}}
    begun = await admin.api("POST", PARCEL + "/publish", {"note": "", "answers": answers}, expect=202)
    assert begun["revision"] == 2 and begun["job"]
    await admin.api("POST", "/records/local.parcel", {"name": "Late", "country": "Nowhere"}, expect=201)
    second = await admin.api("POST", PARCEL + "/publish", {"note": ""}, expect=409)
    assert second["code"] == "rollout_runs"
    assert (await admin.api("GET", PARCEL + "/rollout"))["state"] == "running"
    await work()

    ended = await admin.api("GET", PARCEL + "/rollout")
    failure = ended["failure"]
    assert isinstance(failure, dict) and ended["state"] == "failed"
    assert [one["value"] for one in failure["records"]] == ["Nowhere"]
    page = await admin.page(PAGE + "/rollout")
    assert "/r/local.parcel/" in page and "Nowhere" in page
    assert (await admin.api("GET", PARCEL))["revision"] == 1
    await admin.api("DELETE", PARCEL + "/rollout", expect=409)
    await admin.api(
        "POST",
        PARCEL + "/publish",
        {"answers": {"field.country.retyped": {"map": [["?", "Atlantis"]]}}},
        expect=422,
    )


async def test_a_newer_app_is_merged_and_what_both_changed_is_decided_in_the_browser(
    admin: Client, tmp_path: Path
) -> None:
    first = tmp_path / "posts"
    write(first, "1.0.0", {**form(NAME, TEXT), "name": "letter"})
    await definitions.install_app(first, actor=identity.SYSTEM)
    ours = {
        **form(NAME, TEXT, {"type": "boolean", "name": "urgent"}),
        "name": "letter",
        "label": {"en": "Mail"},
    }
    await admin.api("POST", "/changesets/publish", {"items": [
        {"app": "posts", "kind": "form", "name": "letter", "definition": ours}
    ]})  # fmt: skip
    write(
        first,
        "2.0.0",
        {**form(NAME, TEXT, {"type": "date", "name": "sent"}), "name": "letter", "label": {"en": "Note"}},
    )
    result = await definitions.install_app(first, actor=identity.SYSTEM)
    assert (result.kept, result.conflicts) == (("posts/form/letter",), 1)

    assert "/admin/apps/posts/merge" in await admin.page("/admin/apps")
    page = await admin.page("/admin/apps/posts/merge")
    assert "/label/en" in page and "Mail" in page and "Note" in page
    address = {"kind": "form", "name": "letter"}
    await admin.post_form("/admin/apps/posts/merge", address, expect=422)
    wrong = {**address, "choice:/label/en": "edit", "edit:/label/en": "no json"}
    assert "is not JSON" in (await admin.post_form("/admin/apps/posts/merge", wrong, expect=422)).text
    chosen = {**address, "choice:/label/en": "edit", "edit:/label/en": '"Letter"'}
    answer = await admin.post_form("/admin/apps/posts/merge", chosen)
    assert answer.headers["location"] == "/admin/definitions/form/posts.letter/publish"
    await admin.api("POST", "/definitions/form/posts.letter/publish", {"note": "2.0"})

    merged = (await admin.api("GET", "/definitions/form/posts.letter"))["definition"]
    assert isinstance(merged, dict) and merged["label"] == {"en": "Letter"}
    assert [one["name"] for one in merged["fields"]] == ["name", "country", "sent", "urgent"]
    assert "Nothing waits" in await admin.page("/admin/apps/posts/merge")


def write(folder: Path, version: str, *raws: Raw) -> None:
    """A package."""
    head = {"kind": "app", "schema": 1, "name": "posts", "version": version, "label": {"en": "Posts"}}
    (folder / "forms").mkdir(parents=True, exist_ok=True)
    (folder / "app.json").write_text(json.dumps(head))
    for raw in raws:
        (folder / "forms" / f"{raw['name']}.json").write_text(json.dumps(raw))

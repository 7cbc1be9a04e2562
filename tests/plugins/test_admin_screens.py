"""What an admin sees and does about plugins, on the screens and through the API."""

from __future__ import annotations

import pytest

from platform_core import audit, plugins, secrets
from tests.fixtures_crm import Crm
from tests.plugins.samples import items_of, write_notes, write_plugin


async def test_an_admin_installs_sets_switches_off_and_removes_a_plugin_on_the_screens(crm: Crm) -> None:
    write_notes()
    admin = await crm.login("admin")
    assert "Not installed" in await admin.page("/admin/plugins")
    page = await admin.page("/admin/plugins/notes")
    assert "x_notes_note" in page and "/notes" in page and "dictionary/note_color" in page

    await admin.post_form("/admin/plugins/notes/install", {})
    page = await admin.page("/admin/plugins/notes?done=install")
    assert "notes is installed and on." in page
    refused = await admin.post_form("/admin/plugins/notes/settings", {"size": "0"}, expect=422)
    assert "This is needed." in refused.text
    await admin.post_form("/admin/plugins/notes/settings", {"size": "7", "token": "quay-9"})
    page = await admin.page("/admin/plugins/notes")
    assert "quay-9" not in page and 'value="7"' in page and "A value is kept" in page
    await admin.post_form("/admin/plugins/notes/disable", {})
    assert await admin.page("/notes", expect=404)
    await admin.post_form("/admin/plugins/notes/enable", {})
    await admin.post_form("/admin/plugins/notes/remove", {})

    assert await plugins.state_of("notes") is None
    assert plugins.secret_name("notes", "token") not in await secrets.names()
    lines = await audit.read(audit.AuditQuery(kind="plugin"))
    assert {"plugin.install", "plugin.configure", "plugin.disable", "plugin.enable", "plugin.remove"} <= {
        line.action for line in lines
    }


async def test_the_api_does_the_same_for_programs(crm: Crm) -> None:
    write_notes()
    admin = await crm.login("admin")
    listed = await admin.api("GET", "/plugins")
    assert ("notes", "available") in [(one["name"], one["standing"]) for one in items_of(listed)]
    made = await admin.api("POST", "/plugins/notes/install")
    assert made["standing"] == "on" and made["footprint"]["table"] == ["x_notes_note"]  # type: ignore[index]  # JSON
    answer = await admin.api("PUT", "/plugins/notes/settings", {"size": "many"}, expect=422)
    assert {one["pointer"] for one in items_of(answer, "errors")} == {"/size", "/token"}
    made = await admin.api("PUT", "/plugins/notes/settings", {"size": 2, "token": "quay-9"})
    assert made["settings"] == {"size": 2, "token": {"secret": plugins.secret_name("notes", "token")}}
    assert (await admin.api("POST", "/plugins/notes/disable"))["standing"] == "off"
    assert (await admin.api("POST", "/plugins/notes/enable"))["standing"] == "on"
    assert (await admin.api("POST", "/plugins/notes/remove", {}))["removed"] == "notes"
    await admin.api("POST", "/plugins/nothing/install", expect=404)


@pytest.mark.parametrize("path", ["/admin/plugins", "/admin/plugins/notes"])
async def test_nobody_else_enters(crm: Crm, path: str) -> None:
    write_notes()
    lina = await crm.login("lina")
    await lina.page(path, expect=404)
    await lina.api("GET", "/plugins", expect=403)
    await lina.api("POST", "/plugins/notes/install", expect=403)
    await lina.post_form("/admin/plugins/notes/install", {}, expect=404)
    assert await plugins.state_of("notes") is None


async def test_a_manifest_with_problems_shows_all_of_them(crm: Crm) -> None:
    write_plugin("wrong", "pass", more='colour = "red"\nrequires = ["no-such-package"]\n')
    admin = await crm.login("admin")
    page = await admin.page("/admin/plugins/wrong")
    assert "colour" in page and "Cannot be used" in page


async def test_a_removal_that_loses_data_asks_first(crm: Crm) -> None:
    from platform_core import jobs

    write_notes()
    admin = await crm.login("admin")
    await admin.post_form("/admin/plugins/notes/install", {})
    await jobs.add("notes.write", {"text": "bring samples"})
    await crm.work()
    refused = await admin.post_form("/admin/plugins/notes/remove", {}, expect=409)
    assert "loses data" in refused.text and "x_notes_note" in refused.text
    await admin.post_form("/admin/plugins/notes/remove", {"accept[]": "table.x_notes_note"})
    assert await plugins.state_of("notes") is None

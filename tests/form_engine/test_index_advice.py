"""A list that is slow for want of an index says so, and one click puts the index into the form's draft."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from form_engine.advice import advice
from platform_core import operations, telemetry
from tests.fixtures_crm import Crm

FORM: dict[str, object] = {
    "kind": "form", "schema": 1, "name": "parcel", "label": {"en": "Parcel"},
    "fields": [
        {"type": "text", "name": "name", "label": {"en": "Name"}},
        {"type": "date", "name": "sent", "label": {"en": "Sent"}},
        {"type": "boolean", "name": "urgent", "label": {"en": "Urgent"}},
    ],
    "lists": [{"name": "late", "label": {"en": "Late"}, "columns": ["name"], "filter": "sent < today()", "sort": ["name"]}],
}  # fmt: skip


@pytest.fixture
def _usual_threshold() -> Iterator[None]:
    yield
    telemetry.use_threshold(0.5)


@pytest.mark.usefixtures("_usual_threshold")
async def test_a_slow_list_is_told_with_the_field_that_lacks_an_index(crm: Crm) -> None:
    admin = await crm.login("admin")
    await admin.api("PUT", "/definitions/form/local.parcel/draft", FORM)
    await admin.api("POST", "/definitions/form/local.parcel/publish", {})
    assert "Nothing to advise" in await admin.page("/admin/index-advice")

    telemetry.use_threshold(0.0)  # everything counts as slow
    await admin.api("GET", "/records/local.parcel?view=late")
    telemetry.use_threshold(0.5)
    await operations.keep_slow_statements()
    found = await advice()
    assert [(one.form.full_name, one.field, one.lists) for one in found] == [
        ("local.parcel", "sent", ("Late",))
    ]

    page = await admin.page("/admin/index-advice")
    assert "Add the index to the draft" in page
    answer = await admin.post_form("/admin/index-advice", {"form": "local.parcel", "field": "sent"})
    assert answer.headers["location"] == "/admin/definitions/form/local.parcel/publish"
    draft = (await admin.api("GET", "/definitions/form/local.parcel/draft"))["definition"]
    assert isinstance(draft, dict) and draft["fields"][1]["index"] is True
    await admin.api("POST", "/definitions/form/local.parcel/publish", {})
    assert await advice() == []
    lina = await crm.login("lina")
    await lina.page("/admin/index-advice", expect=404)

"""The part for what no input is made for: the field's whole definition as JSON. Also the shortest example of a part."""

from __future__ import annotations

import json

from form_engine.designer.parts import FIELD, Part, PartRequest
from platform_core import web
from platform_core.i18n import N_


async def draw_json(asked: PartRequest) -> str:
    """A text area over the field; its script checks the text and hands the change on."""
    text = json.dumps(asked.value, ensure_ascii=False, indent=2) if asked.value is not None else ""
    return web.render("form_engine/designer/part_json.html", web.shell(asked.request), text=text, at=asked.at)


JSON_PART = Part(
    name="json",
    label=N_("Advanced: JSON"),
    at=FIELD,
    fragment=draw_json,
    script="js/designer/json_part.js",
    icon="code",
    order=99,
)

"""What the editors of conditions and formulas ask while somebody types or clicks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from form_engine.builders.conditions import Tree, offered, text_of, tree_of
from form_engine.builders.hosting import AnyRequest, hosted
from form_engine.builders.looking import examined, fields_of, words_of
from form_engine.builders.starting.offers import roles_for
from form_engine.builders.testing import tested
from platform_core import expressions, i18n, web
from platform_core.errors import Invalid
from platform_core.i18n import N_, _

_BASE = "/admin/expressions/{form:str}"
_LONGEST = 2_000


class Asked(Struct, frozen=True, kw_only=True):
    """A text, or clicks that become one. `filter`: it has to run in the database."""

    text: str = ""
    tree: Tree | None = None
    expect: Literal["bool", "number", "text", "date", "datetime", "money", ""] = ""
    filter: bool = False


@post(_BASE + "/check", status_code=200, name="check_expression")
async def check_expression(request: AnyRequest, form: FromPath[str]) -> Response[dict[str, object]]:
    """{text, problems: [{message, remedy, start, end}], type, tree}; `tree` is null where clicks cannot say it."""
    host, asked = await hosted(request, "form", form), await _asked(request)
    fields = fields_of(host.draft)
    text = asked.text.strip()
    if asked.tree is not None:
        try:
            text = text_of(asked.tree, fields)
        except Invalid as wrong:
            said = " ".join(_(one.message, **one.params) for one in wrong.errors)
            return Response({"text": None, "problems": [{"message": said, "remedy": "", "start": 0, "end": 0}], "type": "", "tree": None})  # fmt: skip
    checked, problems = (
        examined(text, host.draft, asked.expect, as_filter=asked.filter) if text else (None, [])
    )
    tree = tree_of(text, fields)
    return Response(
        {
            "text": text, "problems": msgspec.to_builtins(problems), "type": checked.type.code if checked else "",
            "tree": msgspec.to_builtins(tree) if tree is not None else None,
        }
    )  # fmt: skip


@get(_BASE + "/words", name="expression_words")
async def expression_words(
    request: AnyRequest, form: FromPath[str], above: FromQuery[str] = ""
) -> Response[dict[str, object]]:
    """{words: [{text, label, kind, help}]}: what may be typed, behind "account." what that form has."""
    host = await hosted(request, "form", form)
    words = words_of(host.draft, web.visit(request).language, above=above[:200])
    return Response({"words": msgspec.to_builtins(words)})


@get(_BASE + "/fields", name="condition_fields")
async def condition_fields(request: AnyRequest, form: FromPath[str]) -> Response[dict[str, object]]:
    """{fields}: what conditions can be clicked about, with comparisons, options and lookups."""
    host = await hosted(request, "form", form)
    seen = web.visit(request)
    i18n.use(seen.language, seen.zone, formats=seen.formats)
    roles = [
        web.Option(one.value.partition(".")[2], one.label) for one in await roles_for(web.actor(request))
    ]
    found = offered(list(fields_of(host.draft).values()), roles)
    return Response({"fields": msgspec.to_builtins(found)})


@post(_BASE + "/try", status_code=200, name="try_expression")
async def try_expression(request: AnyRequest, form: FromPath[str]) -> Response[str]:
    """What an expression gives for one record, part by part, read with the rights of who asks; as HTML."""
    host, posted = await hosted(request, "form", form), await request.form()
    text, record = str(posted.get("text", "")), str(posted.get("record", ""))
    found = await tested(host.draft, text[:_LONGEST], record, web.actor(request))
    return web.page(request, "form_engine/builders/_tried.html", tried=found, shown_part=expressions.shown)


def expression_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (check_expression, expression_words, condition_fields, try_expression)


async def _asked(request: AnyRequest) -> Asked:
    raw: Mapping[str, object] = await request.json() or {}
    seen = web.visit(request)
    i18n.use(seen.language, seen.zone, formats=seen.formats)
    try:
        asked = msgspec.convert(raw, Asked)
    except msgspec.ValidationError as error:
        raise Invalid.one(
            "", "body", N_("This is no question about an expression: {reason}."), reason=str(error)
        ) from error
    if len(asked.text) > _LONGEST:
        raise Invalid.one(
            "/text", "too_long", N_("An expression has at most {limit} characters."), limit=_LONGEST
        )
    return asked

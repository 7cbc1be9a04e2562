"""A form's draft as expressions see it: its fields, its scope, the words that may be typed."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from form_engine.definition import FormDef
from form_engine.designer.drafted import drafted
from form_engine.fields.in_use import types_in_use
from form_engine.kind.provisional import provisional_entity
from form_engine.kind.scope import FormScope
from form_engine.rules.scopes import RuleScope
from platform_core import definitions, expressions, i18n
from platform_core.definitions import Draft, World
from platform_core.entities import SYSTEM_FIELDS, EntityColumns, EntityField
from platform_core.errors import Problem, TradewindError
from platform_core.expressions import Checked, ExpressionError, ExpressionErrors, NotSqlable, Scope
from platform_core.i18n import _


class Found(Struct, frozen=True):
    """Something wrong with a text, in the reader's words; `start` and `end` count code points from 0."""

    message: str
    remedy: str
    start: int
    end: int


class Word(Struct, frozen=True):
    """Something that may be typed. `kind`: field, function, root."""

    text: str
    label: str
    kind: str
    help: str = ""


def form_of(draft: Draft) -> FormDef | None:
    """The draft as a form; the published one where the draft cannot be read, None where there is neither."""
    types = types_in_use()
    for raw in (draft.definition, _published(draft)):
        try:
            return msgspec.convert(dict(raw), types.form_struct)
        except (msgspec.ValidationError, TypeError):
            continue
    return None


def _published(draft: Draft) -> Mapping[str, object]:
    found = definitions.catalog().get("form", draft.key.full_name)
    return found.raw if found is not None else {}


def fields_of(draft: Draft) -> dict[str, EntityField]:
    """The fields that can be drawn, by name; whose record it is among them."""
    found = {one.name: one.field for one in drafted(draft) if one.field is not None}
    return {**found, **{name: SYSTEM_FIELDS[name] for name in ("owner",) if name in SYSTEM_FIELDS}}


def scope_of(draft: Draft) -> Scope | None:
    """What an expression of a rule may name."""
    form = form_of(draft)
    if form is None:
        return None
    types, world = types_in_use(), World(definitions.catalog(), {}, draft.key)
    return RuleScope(FormScope(form, types, world), FormScope(form, types, world, hops=0))


def examined(
    text: str, draft: Draft, expect: str, *, as_filter: bool = False
) -> tuple[Checked | None, list[Found]]:
    """The checked text, or everything that is wrong with it. `expect` is the code of a type, empty for any."""
    scope = scope_of(draft)
    if scope is None:
        return None, [Found(_("The form has problems that have to be mended first."), "", 0, len(text))]
    wanted = expressions.parse_type(expect) if expect else expressions.ANY
    try:
        checked = expressions.check(text, scope, expect=wanted)
        if as_filter:
            expressions.require_sqlable(checked, _columns(draft))
    except ExpressionErrors as errors:
        return None, [_found(one.problem(), one.column, one.end) for one in errors.found]
    except ExpressionError as error:
        return None, [_found(error.problem(), error.column, error.end)]
    except NotSqlable as error:
        problem = Problem(
            pointer="", code=error.code, message=error.message, params=error.params, remedy=error.remedy
        )
        return None, [_found(problem, 1, len(text))]
    return checked, []


def _columns(draft: Draft) -> EntityColumns:
    form = form_of(draft)
    world = World(definitions.catalog(), {}, draft.key)
    if form is None:
        raise TradewindError()
    return EntityColumns(provisional_entity(form, types_in_use(), world), "t")


def _found(problem: Problem, column: int, end: int) -> Found:
    remedy = _(problem.remedy, **problem.params) if problem.remedy else ""
    return Found(_(problem.message, **problem.params), remedy, column - 1, end)


def words_of(draft: Draft, language: str, *, above: str = "") -> list[Word]:
    """The names that may follow `above` ("account" for "account."); without it fields, roots and functions."""
    scope = scope_of(draft)
    names = getattr(scope, "names", None)
    if names is None:
        return []
    if above:
        path = tuple(above.split("."))
        if path[0] == "user":
            return [Word(one, one, "field") for one in expressions.USER_SCOPE.names()]  # type: ignore[attr-defined]  # a FieldScope
        return [Word(one, one, "field") for one in names(path)]
    labels = {one.name: one.label for one in drafted(draft)}
    own = [Word(one, labels.get(one) or _system_label(one), "field") for one in names()]
    roots = [Word("user.", _("the acting person"), "root"), Word("old.", _("before the change"), "root")]
    functions = [
        Word(f"{one.name}(", one.usage[0], "function", one.help)
        for one in expressions.describe_functions(language)
    ]
    return [*own, *roots, *functions]


def _system_label(name: str) -> str:
    field = SYSTEM_FIELDS.get(name)
    return (i18n.label(field.label) if field is not None else "") or name

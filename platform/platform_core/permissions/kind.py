"""The kind `role`: what has to hold before a role may be published, and what it refers to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from platform_core import expressions
from platform_core.definitions import Kind, PlanItem, Reference, Revision, World, did_you_mean
from platform_core.entities import SYSTEM_NAMES, Entity, HasEntity
from platform_core.errors import Problem, TradewindError
from platform_core.expressions import ExpressionError, ExpressionErrors, NotSqlable
from platform_core.i18n import N_
from platform_core.permissions.acting import known_actions
from platform_core.permissions.definition import NAMED_SCOPES, FormGrant, RoleDef
from platform_core.permissions.grants import ALWAYS_READABLE
from platform_core.permissions.paths import first_steps
from platform_core.permissions.sight import checked_scope

_SCOPED = ("read", "update", "delete")
_LABELS = {
    "en": ("role", "roles"), "zh": ("角色", "角色"), "es": ("rol", "roles"), "fr": ("rôle", "rôles"),
    "ar": ("دور", "الأدوار"),
}  # fmt: skip


class RoleKind(Kind[RoleDef]):
    """Roles. The built-in role `admin` is none of them and cannot be defined."""

    name = "role"
    icon = "shield"
    struct = RoleDef
    labels = _LABELS

    def check(self, definition: RoleDef, world: World) -> list[Problem]:
        found: list[Problem] = []
        if definition.name == "admin":
            found.append(
                Problem(
                    pointer="/name",
                    code="reserved",
                    message=N_("'admin' is built in and may do everything."),
                    remedy=N_("Choose another name."),
                )
            )
        for form, grant in definition.forms.items():
            found.extend(_grant_problems(form, grant, world))
        return found

    def references(self, definition: RoleDef) -> list[Reference]:
        found: list[Reference] = []
        for form, grant in definition.forms.items():
            pointer = f"/forms/{form}"
            found.append(Reference("form", form, pointer=pointer))
            found.extend(
                Reference("form", form, name, f"{pointer}/fields/{name}")
                for name in grant.fields
                if name not in SYSTEM_NAMES
            )
            for action, text in _expressions(grant):
                # A single word may be a mistyped scope: `check` tells that better than a field that is not there.
                needed = not text.isidentifier()
                place = f"{pointer}/{action}"
                found.extend(
                    Reference("form", form, name, place, required=needed) for name in _own_fields(text)
                )
        return found

    async def plan(self, old: Revision | None, new: RoleDef | None, world: World) -> list[PlanItem]:
        if new is None:
            return []
        return [*_unknown_actions(new), *_unseen_updates(new)]


def _expressions(grant: FormGrant) -> Iterator[tuple[str, str]]:
    """The scopes that are no names, by action."""
    for action in _SCOPED:
        text: str = getattr(grant, action)
        if text not in NAMED_SCOPES:
            yield action, text


def _own_fields(text: str) -> list[str]:
    """Fields of the form that an expression begins with; none where it cannot be read, which `check` tells."""
    try:
        return sorted(first_steps(expressions.parse(text)) - SYSTEM_NAMES)
    except TradewindError:
        return []


def _grant_problems(form: str, grant: FormGrant, world: World) -> Iterator[Problem]:
    pointer = f"/forms/{form}"
    for action, text in _expressions(grant):
        yield from _scope_problems(text, form, f"{pointer}/{action}", world)
    for name in sorted(ALWAYS_READABLE & grant.fields.keys()):
        yield Problem(
            pointer=f"{pointer}/fields/{name}",
            code="always_readable",
            message=N_("'{field}' cannot be hidden: without it a record has no name."),
            params={"field": name},
            remedy=N_("Leave it out."),
        )


def _scope_problems(text: str, form: str, pointer: str, world: World) -> list[Problem]:
    """A mistyped name ("teams") reads as an expression of one field, so names are offered beside what is wrong."""
    entity = _standing(form, world)
    try:
        if entity is None:
            expressions.parse(text)
        else:
            checked_scope(text, entity)
    except ExpressionErrors as exc:
        return [_with_names(text, found.problem(pointer)) for found in exc.found]
    except ExpressionError as exc:
        return [_with_names(text, exc.problem(pointer))]
    except NotSqlable as exc:
        return [
            Problem(pointer=pointer, code=exc.code, message=exc.message, params=exc.params, remedy=exc.remedy)
        ]
    return []


def _with_names(text: str, problem: Problem) -> Problem:
    """A single word was probably meant as the name of a scope."""
    if not text.isidentifier():
        return problem
    remedy, hints = did_you_mean(text, NAMED_SCOPES)
    return Problem(
        pointer=problem.pointer,
        code="unknown_scope",
        message=N_("There is no scope '{scope}'."),
        params={"scope": text, "scopes": ", ".join(NAMED_SCOPES), **hints},
        remedy=remedy or N_("Scopes are {scopes}, or an expression such as owner == user.id."),
    )


def _standing(form: str, world: World) -> Entity | None:
    """The published form, where this change set leaves it as it is: then its types are known."""
    revision = world.revision("form", form)
    if revision is None or world.find("form", form) != revision.definition:
        return None
    if isinstance(revision.object, Entity):
        return revision.object
    return revision.object.entity if isinstance(revision.object, HasEntity) else None


def _unknown_actions(role: RoleDef) -> Sequence[PlanItem]:
    known = known_actions()
    return [
        PlanItem(
            id=f"action.{action}.unknown",
            code="unknown_action",
            message=N_("No part of this installation asks for the action '{action}'."),
            params={"action": action},
            severity="advice",
            pointer=f"/actions/{place}",
        )
        for place, action in enumerate(role.actions)
        if action not in known
    ]


def _unseen_updates(role: RoleDef) -> Iterator[PlanItem]:
    """What may be changed but not seen is not changed either; probably a slip."""
    for form, grant in role.forms.items():
        if grant.read == "none" and (grant.update != "none" or grant.delete != "none"):
            yield PlanItem(
                id=f"form.{form}.unseen",
                code="unseen",
                message=N_("The role may change records of '{form}' but sees none: that takes another role."),
                params={"form": form},
                severity="advice",
                pointer=f"/forms/{form}",
            )

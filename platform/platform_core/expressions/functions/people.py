"""Functions about people, and about what a field was before the change."""

from __future__ import annotations

from typing import Final

from platform_core.expressions.environment import Env
from platform_core.expressions.functions.spec import FunctionSpec, built_in


def _has_role(env: Env, role: str) -> bool:
    return env.require_user().has_role(role)


def _in_team(env: Env, team: str, user: str | None = None) -> bool:
    return env.require_user().in_team(team, user)


def _manager_of(env: Env, user: str) -> str | None:
    return env.require_user().manager_of(user)


def _itself(value: object) -> object:
    return value


FUNCTIONS: Final[tuple[FunctionSpec, ...]] = (
    built_in(
        "user_has_role", "people", "(role: text) -> bool", _has_role,
        "True when the acting person has the role.", "当前用户拥有该角色时为真。",
        es="Verdadero si la persona que actúa tiene el rol.",
        fr="Vrai si la personne qui agit a le rôle.",
        ar="صحيح إذا كان للشخص الذي يقوم بالعملية هذا الدور.",
        needs_env=True, javascript="told",
    ),
    built_in(
        "in_team", "people", "(team: ref, user: user =) -> bool", _in_team,
        "True when the acting person (or the one given) is in the team or a team below it.",
        "当前用户（或指定用户）属于该团队或其下级团队时为真。",
        es="Verdadero si la persona que actúa (o la indicada) está en el equipo o en uno por debajo de él.",
        fr="Vrai si la personne qui agit (ou celle indiquée) est dans l’équipe ou dans une équipe sous elle.",
        ar="صحيح إذا كان الشخص الذي يقوم بالعملية (أو الشخص المعطى) في الفريق أو في فريق تابع له.",
        needs_env=True, javascript="told",
    ),
    built_in(
        "manager_of", "people", "(user: user) -> user", _manager_of,
        "The manager of a person.", "某人的上级。",
        es="El responsable de una persona.",
        fr="Le responsable d’une personne.",
        ar="مدير الشخص.",
        needs_env=True, javascript="told",
    ),
    built_in(
        "changed", "people", "(field: T) -> bool", _itself,
        "True when this change gives the field another value.", "本次修改改变了该字段时为真。",
        es="Verdadero si este cambio da otro valor al campo.",
        fr="Vrai si cette modification donne une autre valeur au champ.",
        ar="صحيح إذا أعطى هذا التغيير الحقلَ قيمة أخرى.",
        nulls="handles",
    ),
    built_in(
        "was", "people", "(field: T) -> T", _itself,
        "The value of the field before this change.", "该字段修改前的值。",
        es="El valor del campo antes de este cambio.",
        fr="La valeur du champ avant cette modification.",
        ar="قيمة الحقل قبل هذا التغيير.",
        nulls="handles",
    ),
    built_in(
        "lookup", "people", "(field: T) -> T", _itself,
        "The value of a field of a linked record, such as LOOKUP(account.website).", "关联记录的字段值，如 LOOKUP(account.website)。",
        es="El valor de un campo de un registro vinculado, como LOOKUP(account.website).",
        fr="La valeur d’un champ d’une fiche liée, comme LOOKUP(account.website).",
        ar="قيمة حقل في سجل مرتبط، مثل LOOKUP(account.website).",
        nulls="handles",
    ),
)  # fmt: skip

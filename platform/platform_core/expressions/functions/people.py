"""Functions about people, and about what a field was before the change."""

from __future__ import annotations

from typing import Final

from platform_core.expressions.environment import Env
from platform_core.expressions.functions.spec import FunctionSpec, function


def _has_role(env: Env, role: str) -> bool:
    return env.require_user().has_role(role)


def _in_team(env: Env, team: str, user: str | None = None) -> bool:
    return env.require_user().in_team(team, user)


def _manager_of(env: Env, user: str) -> str | None:
    return env.require_user().manager_of(user)


def _itself(value: object) -> object:
    return value


FUNCTIONS: Final[tuple[FunctionSpec, ...]] = (
    function(
        "user_has_role", "people", "(role: text) -> bool", _has_role,
        "True when the acting person has the role.", "当前用户拥有该角色时为真。",
        needs_env=True, javascript=False,
    ),
    function(
        "in_team", "people", "(team: ref, user: user =) -> bool", _in_team,
        "True when the acting person (or the one given) is in the team or a team below it.",
        "当前用户（或指定用户）属于该团队或其下级团队时为真。",
        needs_env=True, javascript=False,
    ),
    function(
        "manager_of", "people", "(user: user) -> user", _manager_of,
        "The manager of a person.", "某人的上级。",
        needs_env=True, javascript=False,
    ),
    function(
        "changed", "people", "(field: T) -> bool", _itself,
        "True when this change gives the field another value.", "本次修改改变了该字段时为真。",
        nulls="handles",
    ),
    function(
        "was", "people", "(field: T) -> T", _itself,
        "The value of the field before this change.", "该字段修改前的值。",
        nulls="handles",
    ),
    function(
        "lookup", "people", "(field: T) -> T", _itself,
        "The value of a field of a linked record, such as LOOKUP(account.website).", "关联记录的字段值，如 LOOKUP(account.website)。",
        nulls="handles",
    ),
)  # fmt: skip

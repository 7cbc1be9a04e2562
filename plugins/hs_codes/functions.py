"""HS_CHAPTER and HS_HEADING: the beginning of a customs number, for rules, filters and row scopes."""

from __future__ import annotations

from hs_codes.numbers import bare
from platform_core.expressions import FunctionSpec, function

_BARE = "replace(replace({0}, '.', ''), ' ', '')"


def _first(count: int) -> str:
    return f"nullif(substr({_BARE}, 1, {count}), '')"


HS_CHAPTER: FunctionSpec = function(
    "hs_chapter",
    "text",
    "(code: text) -> text",
    lambda code: bare(code)[:2] or None,
    "The chapter of a customs number: its first two digits.",
    "海关编码所属的章：前两位数字。",
    ('hs_chapter("8471.30")', '"84"'),
    sql=_first(2),
)

HS_HEADING: FunctionSpec = function(
    "hs_heading",
    "text",
    "(code: text) -> text",
    lambda code: bare(code)[:4] or None,
    "The heading of a customs number: its first four digits.",
    "海关编码所属的品目：前四位数字。",
    ('hs_heading("8471.30")', '"8471"'),
    sql=_first(4),
)

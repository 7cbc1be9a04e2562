"""A computed field of a published form, ready to be worked out."""

from __future__ import annotations

from dataclasses import dataclass

from platform_core.entities import Computed
from platform_core.expressions import Checked


@dataclass(frozen=True, slots=True)
class Rollup:
    """What the rows come to. `form` and `by` are the other form's key and its link field; for the rows of a table
    field of the record itself `form` is empty and `by` the table field. `argument` is "" for a count."""

    form: str
    by: str
    function: str
    argument: str = ""
    where: Checked | None = None


@dataclass(frozen=True, slots=True)
class Spec(Computed):
    """The engine's own part of `Computed`: `path` of a lookup, `rollup` of a rollup; a formula has `expression`."""

    path: tuple[str, ...] = ()
    rollup: Rollup | None = None

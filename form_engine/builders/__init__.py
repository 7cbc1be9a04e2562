"""Forms, lists of choices and apps built without code, beside the designer.

Pages and parts for what is not a place on the canvas: choice lists, conditions and formulas, rules, stages, lists,
numbers, and the beginnings of a form. A part is a server fragment around custom elements that read the page as JSON and
hand on one change of the draft at a time (`tw:design`); the designer hosts them, and so do pages of their own.
"""

from __future__ import annotations

from collections.abc import Sequence

from litestar.types import ControllerRouterHandler

from form_engine.builders.dictionaries import dictionary_routes
from form_engine.builders.starting.pages import starting_routes


def routes() -> Sequence[ControllerRouterHandler]:
    """Every handler of the builders."""
    return (*dictionary_routes(), *starting_routes())


__all__ = ["routes"]

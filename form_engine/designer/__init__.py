"""The designer of forms: palette, canvas, properties, and the port for parts of others (`parts`).

The draft in `definitions` is the truth. The browser keeps a copy of it, changes it by RFC 6902 patches with the
draft's `rev`, and draws the server's fragments: cards of the canvas made by the macros of the record screens, and the
panel of a field made from the JSON Schema of its type.
"""

from collections.abc import Sequence

from litestar.types import ControllerRouterHandler

from form_engine.designer.json_part import JSON_PART
from form_engine.designer.part_routes import part_routes
from form_engine.designer.parts import Part, PartRequest, forget_part, register_part
from form_engine.designer.routes import designer_routes, designer_url
from platform_core import web


def routes() -> Sequence[ControllerRouterHandler]:
    """Every handler of the designer."""
    return (*designer_routes(), *part_routes())


def enter() -> None:
    """Lets our own parts in, and tells the pages of definitions where forms are designed."""
    register_part(JSON_PART)
    web.offer_designer("form", "/admin/design/form")


__all__ = ["Part", "PartRequest", "designer_url", "enter", "forget_part", "register_part", "routes"]

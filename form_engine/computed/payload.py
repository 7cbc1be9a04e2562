"""Formulas for the browser, which shows their values while a form is filled in; the server has the last word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from form_engine.computed.graph import graph
from platform_core.entities import Entity
from platform_core.permissions import Access


def computed_payload(entity: Entity, access: Access | None = None) -> dict[str, Mapping[str, Any]]:
    """IR by field of the formulas that a screen of this form can work out: `{"type", "ir", "scale", "currency"}`, in
    the order in which they depend on each other.

    Left out is what needs other records, what this `access` does not show in clear, and what is made from such.
    """
    node = graph().get(entity.key)
    found: dict[str, Mapping[str, Any]] = {}
    for step in node.steps if node is not None else ():
        field = entity.fields[step.name]
        checked = field.computed.expression if field.computed is not None else None
        if (
            checked is None
            or step.linked
            or (access is not None and not _shown(access, step.name, step.heads))
        ):
            continue
        found[step.name] = {
            "type": field.type,
            "ir": checked.to_json()["ir"],
            "scale": getattr(field.definition, "scale", None),
            "currency": getattr(field.definition, "currency", None),
        }
    return found


def _shown(access: Access, name: str, heads: frozenset[str]) -> bool:
    return access.readable(name) and all(access.readable(head) for head in heads)

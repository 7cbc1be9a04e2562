"""Controls of forms that plugins bring: a template with a macro, for fields of named types.

The macro is called `control` and gets `name`, `value` (the wire value, or what was typed; "" for nothing), `at` (the
attributes that tie it to its label and its problems) and `placeholder`. It writes one control with that name; without
JavaScript it must work as plain HTML.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

import msgspec
from markupsafe import Markup

from platform_core import web
from platform_core.entities import EntityField
from platform_core.errors import TradewindError

OnFailure = Callable[[str, BaseException], None]


class WidgetError(TradewindError):
    """A control that cannot enter."""

    code = "widget"


class Widget(msgspec.Struct, frozen=True, kw_only=True):
    """A control. `name` is what a layout writes as `widget`; `types` are the field types it can enter; with `default`
    it is taken where the layout names none. `template` is found in the plugin's folder of templates."""

    name: str
    types: tuple[str, ...]
    template: str
    default: bool = False


_widgets: dict[str, tuple[Widget, OnFailure | None]] = {}


class _Walled(msgspec.Struct, frozen=True):
    """A plugin's control, and where its failures are told."""

    widget: object
    on_failure: OnFailure

    @property
    def name(self) -> str:
        return str(getattr(self.widget, "name", ""))


def walled_widget(contribution: object, on_failure: OnFailure) -> object:
    """A plugin's control together with the way its failures take."""
    return _Walled(contribution, on_failure)


def add_widget(contribution: object) -> None:
    """Let a control in. WidgetError for what is none, or has a taken name."""
    on_failure = contribution.on_failure if isinstance(contribution, _Walled) else None
    widget = contribution.widget if isinstance(contribution, _Walled) else contribution
    if not isinstance(widget, Widget):
        raise WidgetError(f"{widget!r} is no control: make a form_engine.Widget")
    if not widget.name.isidentifier() or widget.name in _widgets:
        raise WidgetError(f"the name '{widget.name}' of a control is taken or cannot be written")
    _widgets[widget.name] = (widget, on_failure)


def remove_widget(name: str) -> None:
    """Take a control away; fields that were entered by it get the plain one."""
    _widgets.pop(name, None)


def widgets_for(type_name: str) -> tuple[str, ...]:
    """The controls that plugins bring for a field type."""
    return tuple(name for name, (one, _tell) in _widgets.items() if type_name in one.types)


def own_control(
    widget: str, field: EntityField, name: str, value: object, at: Mapping[str, object], placeholder: str
) -> Markup | None:
    """A field entered by a plugin's control; None where there is none, or where it fails: then the plain one does."""
    if not _widgets:
        return None
    found = _widgets.get(widget) if widget else None
    if found is None or field.type not in found[0].types:
        found = next(
            (one for one in _widgets.values() if one[0].default and field.type in one[0].types), None
        )
    if found is None or (widget and found[0].name != widget):
        return None
    try:
        macro = cast("Callable[..., str]", web.environment().get_template(found[0].template).module.control)  # type: ignore[attr-defined]  # the macro of the template
        return Markup(macro(name, "" if value is None else value, at=at, placeholder=placeholder))
    except Exception as exc:
        if found[1] is None:
            raise
        found[1](f"the control {found[0].name}", exc)
        return None

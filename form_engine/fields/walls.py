"""The wall around a plugin's field type: what it fails at is told and answered with the plain value, page by page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from form_engine.fields.base import FieldType
from form_engine.fields.refusals import shortened
from platform_core.entities import FieldCodec, FieldProblem, ParseContext
from platform_core.i18n import N_

OnFailure = Callable[[str, BaseException], None]
"""(where, what)"""


@dataclass(frozen=True, slots=True)
class WalledCodec:
    """A codec whose surprises become a problem at the field, or the value as it is stored."""

    inner: FieldCodec
    type: str
    on_failure: OnFailure

    def parse(self, raw: object, context: ParseContext) -> object:
        try:
            return self.inner.parse(raw, context)
        except FieldProblem:
            raise
        except Exception as exc:
            self.on_failure(f"parse of the field type {self.type}", exc)
            message = N_("The plugin of this field failed at '{text}'. Nothing was saved.")
            raise FieldProblem("plugin_failed", message, text=shortened(str(raw))) from exc

    def to_columns(self, value: object) -> tuple[object, ...]:
        return self.inner.to_columns(value)

    def from_columns(self, raw: Sequence[object]) -> object:
        try:
            return self.inner.from_columns(raw)
        except Exception as exc:  # noqa: BLE001 - a list of a thousand records must not fall over one value
            self.on_failure(f"reading of the field type {self.type}", exc)
            return raw[0] if raw else None

    def to_wire(self, value: object) -> object:
        try:
            return self.inner.to_wire(value)
        except Exception as exc:  # noqa: BLE001 - see above
            self.on_failure(f"reading of the field type {self.type}", exc)
            return None if value is None else str(value)


def walled(field_type: object, on_failure: OnFailure) -> object:
    """A plugin's field type whose showing and reading cannot take a page down. What is no field type stays as it is."""
    if not isinstance(field_type, FieldType):
        return field_type
    own_codec, name = field_type.codec, field_type.name

    def codec(field: Any, names: Any) -> FieldCodec:
        return WalledCodec(own_codec(field, names), name, on_failure)

    for method in ("show", "cell", "neutral_text"):
        setattr(
            field_type,
            method,
            _shown(getattr(field_type, method), f"{method} of the field type {name}", on_failure),
        )
    setattr(field_type, "codec", codec)  # noqa: B010 - mypy knows no assignment to a method
    return field_type


def _shown(own: Callable[..., Any], where: str, on_failure: OnFailure) -> Callable[..., Any]:
    def shown(field: Any, names: Any, value: object, *rest: object) -> Any:
        try:
            return own(field, names, value, *rest)
        except Exception as exc:  # noqa: BLE001 - the plain value is better than no page
            on_failure(where, exc)
            return "" if value is None else str(value)

    return shown

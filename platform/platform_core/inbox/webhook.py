"""The built-in receiver: a JSON payload becomes a record, field by field.

Settings: `{"form": "lead", "fields": {"company": "/company/name", "email": "/email"}}`: JSON Pointers into the payload
(RFC 6901). What the account that the address acts for may not write is refused, as anywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from platform_core import entities, records
from platform_core.errors import Invalid
from platform_core.i18n import N_
from platform_core.identity import Actor
from platform_core.inbox.errors import BadPayload
from platform_core.inbox.receivers import Receiver
from platform_core.inbox.rows import Received


class Mapped(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the values of a new record stand in the payload."""

    form: str
    fields: dict[str, str]


async def handle(received: Received, settings: Mapping[str, object], actor: Actor) -> Mapping[str, object]:
    """Makes the record. Raises BadPayload, and whatever the save refuses."""
    mapped = msgspec.convert(settings, Mapped)
    try:
        payload = received.json()
    except msgspec.DecodeError as exc:
        raise BadPayload(N_("The payload is not JSON.")) from exc
    values = {
        name: found for name, at in mapped.fields.items() if (found := value_at(payload, at)) is not None
    }
    made = await records.create(mapped.form, values, actor=actor)
    return {"form": made.form, "record": made.id}


def check(settings: Mapping[str, object]) -> None:
    """Raises Invalid for a form or field that there is not, or a pointer that is none."""
    try:
        mapped = msgspec.convert(settings, Mapped)
    except msgspec.ValidationError as exc:
        raise Invalid.one(
            "/settings",
            "settings",
            N_('Write {"form": "…", "fields": {"field": "/pointer"}}: {reason}'),
            reason=str(exc),
        ) from exc
    entity = entities.find(mapped.form)
    if entity is None:
        raise Invalid.one("/settings", "unknown_form", N_("There is no form {name}."), name=mapped.form[:60])
    for name, at in mapped.fields.items():
        if name not in entity.fields:
            raise Invalid.one(
                "/settings", "unknown_field", N_("The form has no field {name}."), name=name[:60]
            )
        if not at.startswith("/"):
            raise Invalid.one(
                "/settings", "pointer", N_("A place in the payload begins with a slash: /company/name")
            )


def value_at(payload: object, pointer: str) -> object:
    """The value that a JSON Pointer leads to, None where it leads nowhere."""
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(payload, dict):
            payload = payload.get(name)
        elif isinstance(payload, list) and name.isdecimal() and int(name) < len(payload):
            payload = payload[int(name)]
        else:
            return None
    return payload


WEBHOOK = Receiver(name="webhook", label=N_("A record from JSON"), handle=handle, check=check)

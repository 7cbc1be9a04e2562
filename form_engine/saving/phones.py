"""Phone numbers written without a country code are read in the country of their record."""

from __future__ import annotations

from collections.abc import Sequence

from form_engine.fields.phone import Phone, PhoneField, e164, is_international
from platform_core.entities import Entity
from platform_core.records import Save

_pairs: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}


async def read_phones_in_their_country(saves: Sequence[Save]) -> None:
    """Fills the E.164 form of each number whose field names a country field, when either of the two has changed."""
    for save in saves:
        for phone, country in _phones(save.entity):
            value = save.get(phone)
            if not isinstance(value, Phone) or is_international(value.raw):
                continue
            if phone in save.failed or not (save.changed(phone) or save.changed(country)):
                continue
            region = save.get(country)
            save.set(phone, Phone(value.raw, e164(value.raw, region if isinstance(region, str) else None)))


def _phones(entity: Entity) -> tuple[tuple[str, str], ...]:
    """(phone field, country field) of a form revision."""
    key = (entity.key, entity.hash)
    found = _pairs.get(key)
    if found is None:
        if len(_pairs) > 2_000:
            _pairs.clear()
        found = _pairs[key] = tuple(
            (field.name, field.definition.region_from)
            for field in entity.own_fields
            if isinstance(field.definition, PhoneField) and field.definition.region_from
        )
    return found

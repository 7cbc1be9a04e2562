"""What an autocomplete offers in a link field whose offer a rule narrows."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from form_engine.rules.asking import ask
from form_engine.rules.offering import offer_filter
from form_engine.rules.whys import Known
from form_engine.screens.forms import entity_named, path_of
from form_engine.showing import form
from platform_core import permissions, records
from platform_core.database import is_id
from platform_core.entities import Entity, EntityField
from platform_core.identity import Actor

FOR, RECORD, WITH = "for", "record", "with."
"""Parameters of the address: "deal.main_contact", the record's id, and what its other fields hold right now."""


def offers_address(entity: Entity, field: EntityField, record: str | None) -> tuple[str, str]:
    """(address, names of the fields whose present values belong into it); empty where no rule narrows the link."""
    rules = form(entity.key).rules
    offers = [each for rule in rules.offering for each in rule.offers if each.path == field.name]
    if not offers or field.reference is None or not field.reference.forms:
        return "", ""
    heads = {path[0] for each in offers for path in each.checked.paths} - {field.name}
    heads |= {path[0] for rule in rules.offering if rule.when for path in rule.when.paths}
    asked = {FOR: f"{path_of(entity)}.{field.name}", **({RECORD: record} if record else {})}
    own = sorted(name for name in heads if name in entity.fields and not entity.fields[name].system)
    return f"/r/{path_of(entity_named(field.reference.forms[0]))}/choices?{urlencode(asked)}", " ".join(own)


async def filter_for(given: Mapping[str, str], actor: Actor) -> str | None:
    """The filter that the parameters of an autocomplete ask for; None where it is narrowed by nothing."""
    name, _dot, field = given.get(FOR, "").rpartition(".")
    if not name:
        return None
    entity = entity_named(name)
    access, record = permissions.access(entity, actor), given.get(RECORD) or None
    if field not in entity.fields or not (access.visible(field) or access.creatable(field)):
        return None
    if record is not None:
        if not is_id(record):
            return None
        await records.get(entity.key, record, actor=actor, fields=())
    typed = {key.removeprefix(WITH): value for key, value in given.items() if key.startswith(WITH)}
    asked = await ask(form(entity.key), actor, record=record, typed=typed)
    known = await Known.of(entity, asked, actor, is_new=record is None)
    return offer_filter(asked, field, known)

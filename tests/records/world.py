"""A small company to save and read records in: forms, roles and people, published for real."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from platform_core import definitions, entities, identity
from platform_core.definitions import ChangeItem
from platform_core.entities import Entity
from platform_core.identity import SYSTEM, Actor

Raw = dict[str, object]


def form(name: str, *fields: Raw, **rest: object) -> Raw:
    """A form as JSON; labels are the names."""
    labelled = [{"label": {"en": str(each["name"]).capitalize()}, **each} for each in fields]
    return {
        "kind": "form",
        "schema": 1,
        "name": name,
        "label": {"en": name.capitalize()},
        "fields": labelled,
        **rest,
    }


def field(name: str, type: str = "text", **options: object) -> Raw:
    return {"type": type, "name": name, **options}


def grant(read: str = "none", **rest: object) -> Raw:
    """What a role says about a form; update and delete follow `read` unless they are given."""
    return {"read": read, "create": True, "update": read, "delete": read, **rest}


def role(name: str, **forms: Raw) -> Raw:
    return {"kind": "role", "schema": 1, "name": name, "label": {"en": name.capitalize()}, "forms": forms}


async def publish(*raws: Raw, app: str = "local") -> None:
    """Publishes definitions together."""
    items = [ChangeItem(kind=str(r["kind"]), name=str(r["name"]), definition=r, app=app) for r in raws]
    await definitions.publish(items, actor=SYSTEM, accept=())


def entity(name: str) -> Entity:
    return entities.get(name)


class Company:
    """Teams and people of a test."""

    def __init__(self) -> None:
        self.teams: dict[str, str] = {}

    async def team(self, name: str, below: str | None = None) -> str:
        """A team, made once."""
        if name not in self.teams:
            parent = self.teams[below] if below else None
            self.teams[name] = (await identity.create_team(name, parent=parent, actor=SYSTEM)).id
        return self.teams[name]

    async def hire(self, name: str, *roles: str, team: str | None = None, zone: str = "UTC") -> Actor:
        """Somebody with an account, as an actor."""
        user = await identity.create_user(
            email=f"{name.lower()}@example.com",
            name=name,
            team=await self.team(team) if team else None,
            roles=roles,
            zone=zone,
            actor=SYSTEM,
        )
        return msgspec.structs.replace(await identity.actor_of(str(getattr(user, "id", user))), via="api")


def plain(values: Mapping[str, object], *names: str) -> Raw:
    """Some values, with references as their ids."""
    picked = {name: values.get(name) for name in names}
    return {
        name: value["id"] if isinstance(value, dict) and "id" in value else value
        for name, value in picked.items()
    }


ACCOUNT = form(
    "account",
    field("name", required=True, max_length=120, search=True),
    field("country", "country"),
    field("email", "email", unique=True),
    field("employees", "integer"),
    field("credit", "money"),
    field("tax_no", search=True),
    field("founded", "date"),
    field("active", "boolean"),
    field("parent", "link", form="account"),
    field("helpers", "users"),
    field("contacts", "children", form="contact", by="account"),
    title="{name}",
    numbering={"pattern": "CUS-{seq:3}", "reset": "never", "mode": "fast"},
    lists=[
        {"name": "big", "columns": ["name", "employees"], "filter": "employees > 10", "sort": ["-employees"]},
        {"name": "taxed", "columns": ["name"], "filter": "tax_no == '1'"},
    ],
)
CONTACT = form(
    "contact",
    field("name", required=True, search=True),
    field("email", "email"),
    field("account", "link", form="account"),
    title="{name}",
)
QUOTE = form(
    "quote",
    field("subject", required=True),
    field("account", "link", form="account"),
    field("total", "money"),
    field(
        "lines",
        "table",
        fields=[
            field("item", required=True),
            field("quantity", "integer", default=1),
            field("price", "decimal", scale=4),
            field("supplier", "link", form="account"),
        ],
    ),
    title="{subject}",
)


async def publish_crm(*more: Raw) -> None:
    """Accounts with contacts and quotes, and whatever else a test needs."""
    await publish(ACCOUNT, CONTACT, QUOTE, *more)

"""The stored form of an app: its name, its languages, and the way through its screens."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Name = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,39}$")]
ReferenceName = Annotated[str, Meta(pattern=r"^([a-z][a-z0-9_]{0,39}\.)?[a-z][a-z0-9_]{0,39}$")]
"""Another definition: "account", or "trade_crm.account" where the bare name is not enough."""
LabelMap = dict[Annotated[str, Meta(pattern="^[a-z]{2,3}$")], Annotated[str, Meta(max_length=200)]]
Address = Annotated[str, Meta(pattern="^/[A-Za-z0-9_./-]*$", max_length=200)]


class MenuDef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of the menu: a way to one target, or a heading (`items`) over several.

    A form is shown to who may read it, with `list` as its first view; `page` is an address of this installation.
    `roles` (of which one is enough) and `action` narrow who sees the line; they never widen it.
    """

    label: LabelMap = {}
    icon: Annotated[str, Meta(pattern="^[a-z][a-z0-9-]{0,39}$")] = ""
    form: ReferenceName | None = None
    list: Name | None = None
    report: ReferenceName | None = None
    dashboard: ReferenceName | None = None
    page: Address | None = None
    roles: tuple[ReferenceName, ...] = ()
    action: str = ""
    items: tuple[MenuDef, ...] = ()


class AppDef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One app. `tradewind` is the range of versions it works with (">=1.0"); `home` maps a role to its first screen:
    an address ("/today"), or the bare name of one ("workbench")."""

    name: Name
    label: LabelMap
    version: Annotated[str, Meta(pattern=r"^\d+\.\d+\.\d+([-+.][0-9A-Za-z.-]+)?$")]
    tradewind: Annotated[str, Meta(max_length=100)] = ""
    languages: tuple[str, ...] = ("en",)
    home: dict[ReferenceName, Annotated[str, Meta(pattern="^/?[a-z][A-Za-z0-9_/-]*$", max_length=200)]] = {}
    menu: tuple[MenuDef, ...] = ()
    description: LabelMap = {}
    order: int = 0
    """Where its menu stands among those of the apps: the smaller the further up, then by name."""
    kind: Literal["app"] = "app"
    schema: Literal[1] = 1

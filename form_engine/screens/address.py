"""The address of a list: view, search, conditions, order, columns. What is not in it is as the view says."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

import msgspec

from platform_core import records
from platform_core.entities import Entity
from platform_core.identity import Actor


class ListAddress(msgspec.Struct, frozen=True, kw_only=True):
    """One state of one list. `filter` is the builder's JSON; `columns` a comma list chosen by the reader."""

    form: str
    view: str = ""
    q: str = ""
    filter: str = ""
    sort: str = ""
    columns: str = ""
    cursor: str = ""

    def url(self, **changes: str) -> str:
        """The address with some parts changed; a change of what is listed starts at the first page again."""
        if "cursor" not in changes:
            changes["cursor"] = ""
        changed = msgspec.structs.replace(self, **changes)
        parts = {
            name: value for name, value in msgspec.structs.asdict(changed).items() if name != "form" and value
        }
        return f"/r/{self.form}?{urlencode(parts)}" if parts else f"/r/{self.form}"


def list_address(entity: Entity, query: Mapping[str, str], path_name: str, actor: Actor) -> ListAddress:
    """The state that a request asks for; the first view where it names none that is there for this actor."""
    texts = {name: query.get(name, "") for name in ("q", "filter", "sort", "columns", "cursor")}
    offered = [view.name for view in records.lists(entity, actor)]
    view = query.get("view", "")
    if view not in offered:
        view = next(iter(offered), "")
    return ListAddress(form=path_name, view=view, **texts)

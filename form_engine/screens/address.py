"""The address of a list: view, search, conditions, order, columns. What is not in it is as the view says."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

import msgspec

from platform_core.entities import Entity


class ListAddress(msgspec.Struct, frozen=True, kw_only=True):
    """One state of one list. `filter` is the builder's JSON; `columns` a comma list chosen by the reader."""

    form: str
    view: str = ""
    q: str = ""
    filter: str = ""
    sort: str = ""
    columns: str = ""
    cursor: str = ""
    bin: str = ""

    def url(self, **changes: str) -> str:
        """The address with some parts changed; a change of what is listed starts at the first page again."""
        if "cursor" not in changes:
            changes["cursor"] = ""
        changed = msgspec.structs.replace(self, **changes)
        parts = {
            name: value for name, value in msgspec.structs.asdict(changed).items() if name != "form" and value
        }
        return f"/r/{self.form}?{urlencode(parts)}" if parts else f"/r/{self.form}"


def list_address(entity: Entity, query: Mapping[str, str], path_name: str) -> ListAddress:
    """The state that a request asks for; the first view where it names none."""
    texts = {name: query.get(name, "") for name in ("q", "filter", "sort", "columns", "cursor", "bin")}
    view = query.get("view", "")
    if view not in entity.views:
        view = next(iter(entity.views), "")
    return ListAddress(form=path_name, view=view, **texts)

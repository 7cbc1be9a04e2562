"""Which definitions refer to a secret."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import msgspec

from platform_core import definitions, secrets
from platform_core.identity import Actor
from platform_core.web.admin.addresses import definition_url, kind_title


class SecretUse(msgspec.Struct, frozen=True):
    """A published definition that names a secret. `key` is "kind/app.name"."""

    key: str
    title: str
    url: str


async def uses_of_secrets(actor: Actor) -> Mapping[str, list[SecretUse]]:
    """By name of the secret, what uses it in the published definitions."""
    await definitions.refresh()
    found: dict[str, list[SecretUse]] = defaultdict(list)
    for key, compiled in definitions.catalog().by_key.items():
        for name in secrets.names_in(msgspec.to_builtins(compiled.definition)):
            title = f"{kind_title(key.kind, 1)} {key.full_name}"
            found[name].append(SecretUse(f"{key.kind}/{key.full_name}", title, definition_url(key)))
    return found

"""The address of a request, taken apart and checked before anything is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from yarl import URL

from platform_core.i18n import N_
from platform_core.outbound.errors import Refused

_LONGEST = 8192
_ODD = re.compile(r"[\x00-\x20\x7f\\]")  # programs disagree on what these mean in an address
_KEPT_ELSEWHERE = frozenset({"accept", "accept-language", "content-type", "user-agent"})


class Target(NamedTuple):
    """Where a request goes: the URL to send, its host (ASCII, no brackets) and port."""

    url: URL
    host: str
    port: int

    @property
    def shown(self) -> str:
        """For people and logs: no query, no fragment, nothing secret but what stands in the path."""
        return str(self.url.with_query(None).with_fragment(None))

    def same_origin(self, other: Target) -> bool:
        """Whether both have the same scheme, host and port."""
        return (self.url.scheme, self.host, self.port) == (other.url.scheme, other.host, other.port)


def target_of(text: str) -> Target:
    """Takes an absolute http or https URL. Raises Refused for anything else, and for one that carries a password."""
    if _ODD.search(text):
        raise Refused(N_("This is not an address of the web."))
    try:
        url = URL(text)
        host, port = url.raw_host, url.port
    except (ValueError, UnicodeError) as exc:
        raise Refused(N_("This is not an address of the web.")) from exc
    if url.scheme not in ("http", "https") or not host or not port or len(text) > _LONGEST:
        raise Refused(N_("Only addresses that begin with http:// or https:// may be called."))
    if url.raw_user is not None or url.raw_password is not None:
        raise Refused(
            N_("An address may not carry a user and password."),
            remedy=N_("Send them as a header, from a named secret."),
        )
    return Target(url.with_fragment(None), host.lower(), port)


def next_target(before: Target, location: str) -> Target:
    """Where a redirect leads. Raises Refused for one that leaves the encrypted connection."""
    try:
        joined = before.url.join(URL(location))
    except (ValueError, UnicodeError) as exc:
        raise Refused(N_("The other server redirects to something that is no address.")) from exc
    target = target_of(str(joined))
    if before.url.scheme == "https" and target.url.scheme != "https":
        raise Refused(N_("The other server redirects to an address that is not encrypted."))
    return target


def headers_elsewhere(headers: Mapping[str, str]) -> dict[str, str]:
    """What may go on to another origin: nothing that could prove who we are."""
    return {name: value for name, value in headers.items() if name.lower() in _KEPT_ELSEWHERE}

"""One request, how it is made, and what of its answer somebody could read."""

from __future__ import annotations

import html
import re
import urllib.parse
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import httpx

from tests.architecture.doors.world import World

JSON = {"Accept": "application/json"}
NOWHERE = "0198ffff-0000-7000-8000-00000000dead"
"""The id of nothing."""


@dataclass(frozen=True)
class Visit:
    """A request. `files` are the parts of an upload."""

    method: str
    url: str
    json: object = None
    form: Mapping[str, str] | None = None
    files: Mapping[str, tuple[str, bytes, str]] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Everything that the request itself says, in small letters."""
        said = urllib.parse.unquote_plus(f"{self.url} {self.json} {self.form} {self.files}")
        return said.lower()

    async def make(self, world: World, person: str, *, token: bool = True) -> httpx.Response:
        """The answer that `person` gets. Without `token` a change is sent as a foreign page would."""
        client = await world.client(person)
        headers = dict(self.headers)
        if not self.url.startswith("/api/"):
            headers.setdefault("Accept", "text/html")
        if not token:
            headers["X-CSRF-Token"] = ""
        body: dict[str, object] = {"json": self.json, "data": self.form, "files": self.files}
        given = {name: value for name, value in body.items() if value is not None}
        return await client.request(self.method, self.url, headers=headers, **given)


@dataclass(frozen=True)
class Pair:
    """Two requests that must be answered alike: one about what may not be known, one about what there is not.

    `secret` and `nonsense` are the words by which they differ.
    """

    about: Visit
    beside: Visit
    secret: str
    nonsense: str


Kind = Literal["open", "person", "definer", "keeper"]
"""Who gets past a door: everybody, whoever has signed in, who may change definitions, who may manage people."""

Visits = Callable[[World, str], Iterable[Visit]]
Pairs = Callable[[World, str], Iterable[Pair]]


def no_visits(_world: World, _person: str) -> Iterator[Visit]:
    """Nothing more than the sample."""
    return iter(())


def no_pairs(_world: World, _person: str) -> Iterator[Pair]:
    """Nothing to compare."""
    return iter(())


@dataclass(frozen=True)
class Door:
    """What is expected of one route.

    `sample` is a request that the door knows; `reads` are asked as every person and leave everything as it was;
    `tries` are changes that this person may not make: refused, and without any trace; `pairs` must look alike.
    """

    who: Kind
    sample: Callable[[World], Visit]
    reads: Visits = no_visits
    tries: Visits = no_visits
    pairs: Pairs = no_pairs


Route = tuple[str, str]
Doors = Mapping[Route, Door]

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_NOISE = re.compile(
    r'nonce="[^"]*"|"request_id":"[^"]*"|next_cursor":"[^"]*"|"now":"[^"]*"|/static/[0-9a-z]+/'
)
_REMEDY = re.compile(r',"remedy":"[^"]*[?？]"')
"""A guess at what was meant differs from word to word; that it names nothing hidden is seen elsewhere."""
_GROUPED = re.compile(r"\d{1,3}(?:[,.\u00a0\u202f\u2009 ]\d{3})+(?!\d)")
_SEPARATOR = re.compile(r"\D")


def readable(answer: httpx.Response) -> str:
    """Everything in an answer, as a person or program can read it, in small letters."""
    said = answer.content.decode("utf-8", "replace")
    said += " ".join(f"{name}: {value}" for name, value in answer.headers.items())
    said = urllib.parse.unquote(html.unescape(said)).lower()
    return said + " ".join(_SEPARATOR.sub("", number) for number in _GROUPED.findall(said))


def slips(visit: Visit, answer: httpx.Response, secrets: Iterable[str]) -> list[str]:
    """The secrets that stand in the answer and that the request had not said itself."""
    text, asked = readable(answer), visit.text
    return sorted(secret for secret in secrets if secret in text and secret not in asked)


def outline(answer: httpx.Response, word: str) -> tuple[object, ...]:
    """An answer without what differs between any two: ids of requests, nonces, and the word that was asked about."""
    text = answer.text.lower()
    for spelt in {word.lower(), urllib.parse.quote(word.lower()), urllib.parse.quote_plus(word.lower())}:
        text = text.replace(spelt, "·")
    text = _REMEDY.sub("", text)
    text = _NOISE.sub("", _UUID.sub("·", text))
    names = {name for name in answer.headers if not name.startswith("ratelimit")} - {"content-length"}
    return answer.status_code, answer.headers.get("content-type"), frozenset(names), text

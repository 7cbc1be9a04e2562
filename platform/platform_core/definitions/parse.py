"""JSON → struct, or every problem: lifted to today's schema, walked along the JSON Schema, decoded."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Mapping

import msgspec

from platform_core.definitions.guess import did_you_mean
from platform_core.definitions.kinds import DefinitionKind
from platform_core.definitions.model import NAME_PATTERN, Definition, Key, Raw
from platform_core.definitions.schema import problems_in
from platform_core.errors import Problem
from platform_core.i18n import N_

_log = logging.getLogger("tradewind.definitions")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")


class Parsed(msgspec.Struct, frozen=True, kw_only=True):
    """`definition` is None where there are problems. `raw` is today's schema, without "$schema"."""

    raw: Raw
    definition: Definition = None
    problems: tuple[Problem, ...] = ()


def parse(kind: DefinitionKind, key: Key, raw: object) -> Parsed:
    """The definition of `key`, or what is wrong with it. Never raises for bad input."""
    if not isinstance(raw, Mapping):
        message = N_("A definition is a JSON object.")
        return Parsed(raw={}, problems=(Problem(pointer="", code="type", message=message),))
    given = stored_form(raw)
    lifted, problem = lift(kind, given)
    if problem is not None:
        return Parsed(raw=given, problems=(problem,))
    problems = problems_in(kind, lifted) + _wrong_address(key, lifted)
    if problems:
        return Parsed(raw=lifted, problems=tuple(_by_place(problems)))
    try:
        return Parsed(raw=lifted, definition=kind.decode(lifted))
    except msgspec.ValidationError as exc:
        return Parsed(raw=lifted, problems=(_undecoded(exc),))


def stored_form(raw: Mapping[str, object]) -> Raw:
    """What is kept of a definition: all but "$schema", which is for editors."""
    return {name: value for name, value in raw.items() if name != "$schema"}


def canonical(raw: Mapping[str, object]) -> bytes:
    """The one spelling of a definition: sorted keys, no spaces, UTF-8."""
    return msgspec.json.encode(raw, order="deterministic")


def content_hash(raw: Mapping[str, object]) -> str:
    """SHA-256 of the canonical spelling, as hex; the order of keys does not matter."""
    return hashlib.sha256(canonical(stored_form(raw))).hexdigest()


def lift(kind: DefinitionKind, raw: Raw) -> tuple[Raw, Problem | None]:
    """`raw` in today's schema, one step at a time, or the reason why that cannot be."""
    version = raw.get("schema")
    if not isinstance(version, int) or isinstance(version, bool):
        return raw, None  # the schema walk names it
    if version > kind.schema:
        return raw, _not_liftable(
            N_("This was written for a newer version of Tradewind: schema {version}, here at most {known}."),
            version=version,
            known=kind.schema,
        )
    while version < kind.schema:
        step = kind.lifts.get(version)
        if step is None:
            return raw, _not_liftable(N_("There is no way from schema {version} on."), version=version)
        try:
            raw = {**step(raw), "schema": version + 1}
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as exc:
            _log.info("definition could not be lifted", exc_info=exc)
            return raw, _not_liftable(
                N_("This does not have the shape of schema {version}, so it cannot be brought up to date."),
                version=version,
            )
        version += 1
    return raw, None


def _not_liftable(message: str, **params: object) -> Problem:
    return Problem(pointer="/schema", code="schema_version", message=message, params=params)


def _wrong_address(key: Key, raw: Raw) -> list[Problem]:
    """The definition says itself what it is; it must not say something else than its address does."""
    name = raw.get("name")
    if not isinstance(name, str) or name == key.name:
        return []
    message = N_("This is called '{found}', but it is saved as '{wanted}'.")
    params: dict[str, object] = {"found": name, "wanted": key.name}
    return [Problem(pointer="/name", code="address", message=message, params=params)]


def _undecoded(exc: msgspec.ValidationError) -> Problem:
    """What only the decoder noticed ("Expected `int` <= 5 - at `$.fields[0].size`")."""
    text, _, path = str(exc).partition(" - at `$")
    parts = [name or place for name, place in _STEP.findall(path.rstrip("`"))]
    pointer = "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts if part != "...")
    message = N_("This cannot be read: {reason}.")
    return Problem(pointer=pointer, code="value", message=message, params={"reason": text.replace("`", "'")})


def _by_place(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: problem.pointer)


def name_problems(key: Key, kinds: tuple[str, ...]) -> list[Problem]:
    """An unknown kind, or an app or a name that is no name."""
    found: list[Problem] = []
    if key.kind not in kinds:
        remedy, hints = did_you_mean(key.kind, kinds)
        message = N_("There is no kind of definition '{kind}'.")
        found.append(
            Problem(pointer="/kind", code="unknown_kind", message=message, remedy=remedy,
                    params={"kind": key.kind, **hints})
        )  # fmt: skip
    for pointer, name in (("/app", key.app), ("/name", key.name)):
        if not re.fullmatch(NAME_PATTERN, name):
            message = N_(
                "{value} is no name: small letters, digits and _, a letter first, at most 40 characters."
            )
            found.append(Problem(pointer=pointer, code="pattern", message=message, params={"value": name}))
    return found

"""The port of the designer: parts that edit one place of a form's draft inside the designer's screen.

A part is a server fragment and, where it has behaviour, a custom element. It is registered once, when the engine
enters:

    register_part(Part(
        name="formula",                     # also the last segment of its address
        label=N_("Formula"),                # message id: the title of its panel or tab
        at="/fields/*/expr",                # the JSON pointer it edits; "*" is any one segment
        types=("formula",),                 # only beside fields of these types; empty: every type
        fragment=draw,                      # async (PartRequest) -> HTML
        answer=examples,                    # async (PartRequest, posted fields) -> HTML; optional
        script="js/builders/formula.js",    # loaded with the designer; optional
    ))

A part whose pattern begins with "/fields/*" stands in the panel of the chosen field; the panel then leaves the plain
input of that property out. Every other part is a tab of its own above the canvas ("/rules", "/stages", "/lists").

The fragment is fetched from `GET /admin/design/form/{name}/part/{part}?at=/fields/3/expr` and drawn from
the saved draft; `POST` to the same address asks the part a question of its own (what does this formula give, how many
records does this condition find), changes nothing and answers with HTML. Who asks may change definitions: the
routes have made sure.

In the browser, any element inside the fragment changes the draft by an event that bubbles:

    element.dispatchEvent(new CustomEvent("tw:design", {bubbles: true, detail: {
      patches: [{op: "add", path: "/fields/3/expr", value: "a + b"}],   // RFC 6902, over the whole definition
      label: _("Change the formula"),                                    // shown at Undo
    }}))

The designer applies, saves, undoes and redoes it like its own changes. The host element around the fragment carries
`data-part` and `data-at`. After a change that came from elsewhere (undo, another part, another admin) and that touches
`at`, the fragment is fetched anew. Where `at` is refused or nothing is there, `value` is None: a first value is written
with "add".
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping

import msgspec
from jsonpointer import JsonPointerException, resolve_pointer
from litestar import Request

from platform_core.definitions import Draft, Raw
from platform_core.errors import NotFound, TradewindError
from platform_core.identity import Actor

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State

FIELD = "/fields/*"


class PartError(TradewindError):
    """A part that cannot enter: its name is taken."""

    code = "design_part"


class PartRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a part is asked about: the saved draft, the place, and what stands there (None: nothing yet)."""

    request: AnyRequest
    actor: Actor
    draft: Draft
    at: str
    value: object = None

    @property
    def definition(self) -> Raw:
        """The whole draft, which may be wrong in any way."""
        return self.draft.definition

    @property
    def field(self) -> Mapping[str, object]:
        """The field that the place belongs to; empty for parts of the whole form."""
        if not self.at.startswith("/fields/"):
            return {}
        found = valued(self.definition, "/".join(self.at.split("/")[:3]))
        return found if isinstance(found, Mapping) else {}


Fragment = Callable[[PartRequest], Awaitable[str]]
Answer = Callable[[PartRequest, Mapping[str, object]], Awaitable[str]]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One part; its members are explained at the head of this file. Smaller `order` stands first."""

    name: str
    label: str
    at: str
    fragment: Fragment
    answer: Answer | None = None
    types: tuple[str, ...] = ()
    script: str = ""
    icon: str = "layers"
    order: int = 50

    @property
    def of_field(self) -> bool:
        """Whether it stands in the panel of a field."""
        return self.at == FIELD or self.at.startswith(FIELD + "/")

    def fits(self, pointer: str) -> bool:
        """Whether it edits the place of a pointer."""
        wanted, given = self.at.split("/"), pointer.split("/")
        return len(wanted) == len(given) and all(w in ("*", g) for w, g in zip(wanted, given, strict=True))


_parts: dict[str, Part] = {}


def register_part(part: Part) -> None:
    """Lets a part in. The same part twice is no mistake (a program assembled again); another of its name is."""
    standing = _parts.get(part.name)
    if standing is not None and (standing.at, standing.script) != (part.at, part.script):
        raise PartError(f"the part '{part.name}' of the designer is registered twice")
    _parts[part.name] = part


def forget_part(name: str) -> None:
    """Takes a part away: a test is over."""
    _parts.pop(name, None)


def part_named(name: str) -> Part:
    """The part of that name. NotFound where there is none."""
    if name not in _parts:
        raise NotFound()
    return _parts[name]


def parts_of_field(type_name: str) -> tuple[Part, ...]:
    """The parts that stand in the panel of a field of this type."""
    return _sorted(
        one for one in _parts.values() if one.of_field and (not one.types or type_name in one.types)
    )


def parts_of_form() -> tuple[Part, ...]:
    """The parts that are tabs of their own."""
    return _sorted(one for one in _parts.values() if not one.of_field)


def scripts_of_parts() -> tuple[str, ...]:
    """The browser files of all parts, each once."""
    return tuple(dict.fromkeys(one.script for one in _sorted(_parts.values()) if one.script))


def valued(definition: Raw, pointer: str) -> object:
    """What stands at a pointer; None where nothing does."""
    try:
        found: object = resolve_pointer(definition, pointer, None)
    except JsonPointerException:
        return None
    return found


def _sorted(parts: Iterable[Part]) -> tuple[Part, ...]:
    return tuple(sorted(parts, key=lambda one: (one.order, one.name)))

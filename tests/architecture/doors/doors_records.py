"""The doors of one record: read, change, delete, restore, history, timeline, why, in the API and on screens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from tests.architecture.doors.doors_lists import NO_FIELD, url
from tests.architecture.doors.oracle import Kept, unheard_of
from tests.architecture.doors.visit import NOWHERE, Door, Doors, Pair, Visit, Visits
from tests.architecture.doors.world import World

_FORMS = ("dossier", "cover", "account", "note")
Request = Callable[[str, str], Visit]
"""(form, record id) to a request."""


def known(world: World, person: str, *forms: str) -> Iterator[Kept]:
    """Records that the person sees, live and deleted."""
    return (kept for kept in world.kept if kept.form in (forms or _FORMS) and kept.is_open_to(person))


def shut(world: World, person: str) -> Iterator[Kept]:
    """Some records that the person does not see: of every form one, and one from the bin."""
    kinds: set[tuple[str, bool]] = set()
    for kept in world.kept:
        kind = (kept.form, kept.deleted)
        if kept.form in _FORMS and kind not in kinds and not kept.is_open_to(person):
            kinds.add(kind)
            yield kept


def _door(
    request: Request, *more: Request, reads: Visits | None = None, changes: bool = False, whole: bool = True
) -> Door:
    """A door at which every person asks for every record; where they see it not, it is as if it did not exist."""
    asked = (request, *more)

    def visits(world: World, person: str) -> Iterator[Visit]:
        if whole and not changes:
            yield from (ask(kept.form, kept.id) for kept in known(world, person) for ask in asked)
        if reads is not None:
            yield from reads(world, person)

    def tries(world: World, person: str) -> Iterator[Visit]:
        if changes:
            yield from (ask(kept.form, kept.id) for kept in shut(world, person) for ask in asked)

    def pairs(world: World, person: str) -> Iterator[Pair]:
        for kept in shut(world, person):
            for ask in asked:
                yield Pair(ask(kept.form, kept.id), ask(kept.form, NOWHERE), kept.id, NOWHERE)

    return Door(
        "person", lambda world: request("dossier", world.of("dossier", "lina").id), visits, tries, pairs
    )


def _api(
    rest: str = "",
    method: str = "GET",
    body: object = None,
    headers: Mapping[str, str] | None = None,
    **query: str,
) -> Request:
    return lambda form, record: Visit(
        method, url(f"/api/v1/records/{form}/{record}{rest}", **query), json=body, headers=headers or {}
    )


def _screen(rest: str = "", **query: str) -> Request:
    return lambda form, record: Visit("GET", url(f"/r/{form}/{record}{rest}", **query))


def _post(rest: str, **fields: str) -> Request:
    return lambda form, record: Visit("POST", f"/r/{form}/{record}{rest}", form={"_": "", **fields})


def _get_reads(world: World, person: str) -> Iterator[Visit]:
    for kept in known(world, person, "dossier"):
        for name in ("followers", "pupils", "nosuchlist"):
            yield _api("", include=name)(kept.form, kept.id)
        yield _api("", bin="1")(kept.form, kept.id)
        yield _api("", fields="name,partner,cover")(kept.form, kept.id)
        yield _api("", fields="hushwort")(kept.form, kept.id)
    for kept in known(world, person, "account"):
        yield _api("", include="contacts,notes,deals,activities,tasks,leads")(kept.form, kept.id)


def _field_pairs(ask: Callable[[Kept, str], Visit]) -> Callable[[World, str], Iterator[Pair]]:
    """Asking a seen record for a field that is hidden in it, and for one that does not exist."""

    def pairs(world: World, person: str) -> Iterator[Pair]:
        for kept in known(world, person, "dossier"):
            if kept.deleted:
                continue
            for name in ("hushword", "hushfee", "hushrows", "hushmentor", "hushpaper"):
                if name in unheard_of("dossier", person):
                    yield Pair(ask(kept, name), ask(kept, NO_FIELD), name, NO_FIELD)

    return pairs


def _and(door: Door, pairs: Callable[[World, str], Iterator[Pair]]) -> Door:
    """The door with more pairs."""

    def both(world: World, person: str) -> Iterator[Pair]:
        yield from door.pairs(world, person)
        yield from pairs(world, person)

    return Door(door.who, door.sample, door.reads, door.tries, both)


def _stale(world: World, person: str) -> Iterator[Visit]:
    """Changes that come too late are answered with what stands there now, as far as the writer may see it."""
    for kept in known(world, person, "dossier"):
        if not kept.deleted and kept.owner == person:
            yield _api("", "PATCH", {"name": "too late"}, {"If-Match": '"1"'})(kept.form, kept.id)
            yield _api("", "PATCH", {"partner": None}, {"If-Match": '"1"'})(kept.form, kept.id)


def _stale_screens(world: World, person: str) -> Iterator[Visit]:
    for kept in known(world, person, "dossier"):
        if not kept.deleted and kept.owner == person:
            yield _post("/edit", _version="1", name="too late", partner="")(kept.form, kept.id)
            yield _post("/edit", _version="1", name="")(kept.form, kept.id)
            for other in world.all_of("dossier"):
                links = {"partner": other.id, "cover": other.id, "scan": other.files["scan"]}
                yield _post("/edit", _version="9", name="", **links)(kept.form, kept.id)


def _stale_choices(world: World, person: str) -> Iterator[Visit]:
    for kept in known(world, person, "dossier"):
        if not kept.deleted and kept.owner == person:
            fields = {"_version": "1", "_others": "{}", "keep.name": "yours", "yours.name": '"too late"'}
            yield _post("/resolve", **fields)(kept.form, kept.id)


def _refused_moves(world: World, person: str) -> Iterator[Visit]:
    """Moves that lack what they ask for: the answer names nothing that the mover does not see."""
    for kept in known(world, person, "dossier"):
        if not kept.deleted and kept.owner == person:
            yield _api("/transition", "POST", {"to": "lost"})(kept.form, kept.id)
            yield _api("/transition", "POST", {"to": "lost", "fields": {"cover.shelf": None}})(
                kept.form, kept.id
            )


def _refused_moves_on_screen(world: World, person: str) -> Iterator[Visit]:
    for kept in known(world, person, "dossier"):
        if not kept.deleted and kept.owner == person:
            yield _post("/move/lose", _version="1")(kept.form, kept.id)


def _linked(world: World, person: str) -> Iterator[Pair]:
    """Linking a seen record to one that is not seen."""
    for kept in world.all_of("dossier"):
        if not kept.is_open_to(person):
            for own in known(world, person, "dossier"):
                if not own.deleted and own.owner == person and own.partner != kept.id:
                    asked = [
                        _api("", "PATCH", {"partner": one, "name": ""}, {"If-Match": "*"})(own.form, own.id)
                        for one in (kept.id, NOWHERE)
                    ]
                    yield Pair(asked[0], asked[1], kept.id, NOWHERE)


_LATE = {"If-Match": '"1"'}
_ANY = {"If-Match": "*"}
_ONE = "/api/v1/records/{form}/{record}"
_PAGE = "/r/{form}/{record_id}"

DOORS: Doors = {
    ("GET", _ONE): _and(_door(_api(), _api(include="followers"), reads=_get_reads),
                        _field_pairs(lambda kept, name: _api("", fields=name)(kept.form, kept.id))),
    ("PATCH", _ONE): _and(_and(_door(_api("", "PATCH", {"name": "taken"}, _ANY), _api("", "PATCH", {"name": "taken"}, _LATE),
                                     reads=_stale, changes=True), _linked),
                          _field_pairs(lambda kept, name: _api("", "PATCH", {name: None}, _ANY)(kept.form, kept.id))),
    ("DELETE", _ONE): _door(_api("", "DELETE", None, _ANY), _api("", "DELETE", None, _LATE), changes=True),
    ("POST", _ONE + "/restore"): _door(_api("/restore", "POST"), changes=True),
    ("GET", _ONE + "/history"): _door(_api("/history"), _api("/history", limit="1")),
    ("GET", _ONE + "/timeline"): _door(_api("/timeline"), _api("/timeline", kinds="comment"), _api("/timeline", kinds="change")),
    ("POST", _ONE + "/timeline"): _door(_api("/timeline", "POST", {"text": "hello"}), changes=True),
    ("GET", _ONE + "/why"): _and(
        _door(_api("/why"), _api("/why", action="edit"), _api("/why", action="delete"), _api("/why", action="create")),
        _field_pairs(lambda kept, name: _api("/why", action="read", field=name)(kept.form, kept.id)),
    ),
    ("GET", _ONE + "/transitions"): _door(_api("/transitions")),
    ("POST", _ONE + "/transition"): _door(
        _api("/transition", "POST", {"to": "won"}),
        _api("/transition", "POST", {"to": "won", "fields": {"name": "taken"}}, _LATE),
        reads=_refused_moves,
        changes=True,
    ),
    ("GET", _PAGE): _door(_screen(), _screen(tab="timeline"), _screen(tab="t1"), _screen(tab="t2"), _screen(tab="t3")),
    ("GET", _PAGE + "/edit"): _door(_screen("/edit")),
    ("POST", _PAGE + "/edit"): _door(_post("/edit", _version="1", name="taken"), reads=_stale_screens, changes=True),
    ("POST", _PAGE + "/resolve"): _door(
        _post("/resolve", _version="1", _others='{"name": "taken"}'), reads=_stale_choices, changes=True
    ),
    ("POST", _PAGE + "/delete"): _door(_post("/delete"), changes=True),
    ("POST", _PAGE + "/restore"): _door(_post("/restore"), changes=True),
    ("POST", _PAGE + "/comments"): _door(_post("/comments", text="hello"), changes=True),
    ("GET", _PAGE + "/move/{name}"): _door(_screen("/move/lose")),
    ("POST", _PAGE + "/move/{name}"): _door(
        _post("/move/lose", **{"_version": "1", "own.name": "taken"}), reads=_refused_moves_on_screen, changes=True
    ),
    ("GET", _PAGE + "/timeline"): _door(_screen("/timeline")),
    ("GET", _PAGE + "/history"): _door(_screen("/history")),
    ("GET", _PAGE + "/why"): _door(_screen("/why")),
}  # fmt: skip

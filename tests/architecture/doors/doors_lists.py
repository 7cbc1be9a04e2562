"""The doors of many records: lists, groups, autocomplete, batches, in the API and on screens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import urlencode

from tests.architecture.doors.oracle import Kept, sight, unheard_of
from tests.architecture.doors.visit import NOWHERE, Door, Doors, Pair, Visit
from tests.architecture.doors.world import World

FORMS = ("dossier", "cover", "account", "contact", "note", "lead", "product")
FIELDS = {
    "dossier": ("hushword", "hushfee", "hushday", "hushkind", "hushmentor", "veilcard", "hushrows", "hushpaper"),
    "cover": ("hushtitle",), "account": ("remark", "credit_limit", "address"), "lead": ("email",), "product": ("cost_price",),
}  # fmt: skip
NO_FIELD = "nosuchname"
NO_WORD = "qxnothingofthekind"


def shut_fields(person: str) -> Iterator[tuple[str, str]]:
    """(form, field) that this person does not read in clear on every row that they see."""
    for form, names in FIELDS.items():
        seen = sight(form, person)
        if seen.rows:
            yield from ((form, name) for name in names if name in seen.hidden | seen.masked)


def unheard_fields(person: str) -> Iterator[tuple[str, str]]:
    """Those of them that do not exist for this person at all; a masked one is there, and shows its end."""
    return ((form, name) for form, name in shut_fields(person) if name in unheard_of(form, person))


def shut_words(world: World, person: str, *forms: str) -> Iterator[tuple[Kept, str]]:
    """(record, a text of it) that this person may not know: of a row that they do not see its first field, of one
    that they see every field that is shut."""
    for kept in world.kept:
        if kept.form in (forms or FORMS):
            shut = [texts[-1] for name, texts in kept.marks.items() if not kept.shows(person, name)]
            words = [word for word in shut if word.startswith("qx")]
            yield from ((kept, word) for word in (words if kept.is_open_to(person) else words[:1]))


def url(path: str, **query: str) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def api(form: str, rest: str = "", **query: str) -> Visit:
    return Visit("GET", url(f"/api/v1/records/{form}{rest}", **query))


def screen(form: str, rest: str = "", **query: str) -> Visit:
    return Visit("GET", url(f"/r/{form}{rest}", **query))


# -- the API ---------------------------------------------------------------------------------------------------


def _list_reads(world: World, person: str) -> Iterator[Visit]:
    for form in FORMS:
        yield api(form, total="1", limit="200", access="1")
        yield api(form, total="1", bin="1")
        yield api(form, q="qx", total="1")
        yield api(form, limit="1", sort="-created_at")
    for view in ("all", "special", "dated"):
        yield api("dossier", view=view, total="1")
    for near in ("hushwort", "hushfe", "hushment"):
        yield api("dossier", filter=f"blank({near})")
        yield api("dossier", sort=near)
        yield api("dossier", fields=near)
    yield api("dossier", filter="partner.hushword != ''", total="1")
    yield api("dossier", filter="partner.name != ''", total="1")
    yield api("dossier", filter="cover.hushtitle != ''", total="1")
    yield api("dossier", fields="id,name,partner,cover,scan,owner,updated_by")


def _list_pairs(world: World, person: str) -> Iterator[Pair]:
    for form, name in shut_fields(person):
        for query in ("filter=blank({})", "filter={} == 'x'", "sort={}", "sort=-{}"):
            key, _, template = query.partition("=")
            yield _field_pair(form, "", name, key, template)
    for form, name in unheard_fields(person):
        yield _field_pair(form, "", name, "fields", "id,{}")
    for name in ("hushword", "hushmentor", "veilcard"):
        if name in sight("dossier", person).hidden | sight("dossier", person).masked:
            yield _field_pair("dossier", "", name, "filter", "blank(partner.{})")
            yield _field_pair("dossier", "", name, "sort", "partner.{}")
    for kept, word in shut_words(world, person):
        form = kept.form
        yield Pair(api(form, q=word, total="1"), api(form, q=NO_WORD, total="1"), word, NO_WORD)
    for kept in world.all_of("dossier"):
        if not kept.is_open_to(person):
            # Whoever knows an id may ask which of their own records lead to it: that is what these records say.
            for template in ("partner.name == '{}'", "id == '{}'"):
                word, other = (kept.marks["name"][-1], NO_WORD) if "name" in template else (kept.id, NOWHERE)
                asked = [api("dossier", filter=template.format(w), total="1") for w in (word, other)]
                yield Pair(asked[0], asked[1], word, other)


def _field_pair(form: str, rest: str, name: str, key: str, template: str, **more: str) -> Pair:
    asked = [api(form, rest, **{key: template.format(word)}, **more) for word in (name, NO_FIELD)]
    return Pair(asked[0], asked[1], name, NO_FIELD)


def _aggregate_reads(world: World, person: str) -> Iterator[Visit]:
    for form in FORMS:
        yield api(form, "/aggregate")
        yield api(form, "/aggregate", by="owner", measures="count()")
    yield api("dossier", "/aggregate", by="partner", measures="count()")
    yield api("dossier", "/aggregate", by="cover", measures="count()")
    yield api("dossier", "/aggregate", by="name", measures="count()")
    yield api("dossier", "/aggregate", by="hushkinds", measures="sum(hushfees)")
    yield api("account", "/aggregate", by="country", measures="sum(credit_limit),max(credit_limit)")
    yield api("product", "/aggregate", by="unit", measures="sum(cost_price),min(cost_price)")


def _aggregate_pairs(world: World, person: str) -> Iterator[Pair]:
    for form, name in shut_fields(person):
        yield _field_pair(form, "/aggregate", name, "by", "{}", measures="count()")
        for measure in ("sum({})", "min({})", "max({})", "avg({})", "count({})"):
            yield _field_pair(form, "/aggregate", name, "measures", measure)
        yield _field_pair(form, "/aggregate", name, "filter", "not blank({})")


def _choice_reads(world: World, person: str) -> Iterator[Visit]:
    for form in FORMS:
        yield api(form, "/choices", limit="50")
        yield api(form, "/choices", q="qx")


def _choice_pairs(world: World, person: str) -> Iterator[Pair]:
    for kept, word in shut_words(world, person, "dossier", "cover"):
        yield Pair(api(kept.form, "/choices", q=word), api(kept.form, "/choices", q=NO_WORD), word, NO_WORD)
    for form, name in shut_fields(person):
        yield _field_pair(form, "/choices", name, "filter", "not blank({})")


def _create(form: str, **values: object) -> Visit:
    return Visit("POST", f"/api/v1/records/{form}", json=values)


def _create_reads(world: World, person: str) -> Iterator[Visit]:
    """A value that must be unique and is taken: whose it is, is not told."""
    for kept in world.all_of("dossier"):
        yield _create("dossier", name="x", hushword=kept.marks["hushword"][-1])
        yield Visit(
            "POST",
            "/r/dossier/new",
            form={"name": "x", "hushword": kept.marks["hushword"][-1], "veilcard": ""},
        )


def _create_pairs(world: World, person: str) -> Iterator[Pair]:
    """A link to what one may not see is a link to nothing; a hidden field is no field."""
    if "hushword" in unheard_of("dossier", person):
        for name in ("hushword", "hushmentor", "hushrows"):
            yield Pair(
                _create("dossier", name="x", **{name: "y"}),
                _create("dossier", name="x", nosuchname="y"),
                name,
                NO_FIELD,
            )
    for kept in world.all_of("dossier"):
        if not kept.is_open_to(person):
            yield Pair(
                _create("dossier", name="", partner=kept.id),
                _create("dossier", name="", partner=NOWHERE),
                kept.id,
                NOWHERE,
            )
            yield Pair(
                _create("dossier", name="", partner={"code": kept.code}),
                _create("dossier", name="", partner={"code": "DOSSIER999"}),
                kept.code,
                "DOSSIER999",
            )
            for field, file in kept.files.items():
                other = {"name": "", "scan": NOWHERE}
                yield Pair(_create("dossier", name="", scan=file), _create("dossier", **other), file, NOWHERE)
                assert field


def _batch(**body: object) -> Visit:
    return Visit("POST", "/api/v1/records/dossier/batch", json=body)


def _batch_tries(world: World, person: str) -> Iterator[Visit]:
    shut = [kept.id for kept in world.kept if kept.form == "dossier" and not kept.is_open_to(person)]
    for atomic in (True, False):
        yield _batch(update=[{"id": one, "name": "taken"} for one in shut], atomic=atomic)
        yield _batch(delete=[{"id": one, "version": 1} for one in shut], atomic=atomic)


def _batch_pairs(world: World, person: str) -> Iterator[Pair]:
    for kept in world.all_of("dossier"):
        if not kept.is_open_to(person):
            for atomic in (True, False):
                asked = [
                    _batch(update=[{"id": one, "name": "x"}], delete=[one], atomic=atomic)
                    for one in (kept.id, NOWHERE)
                ]
                yield Pair(asked[0], asked[1], kept.id, NOWHERE)


# -- screens ---------------------------------------------------------------------------------------------------


def _rules(field: str, op: str, value: object = None) -> str:
    return json.dumps({"match": "all", "rules": [{"field": field, "op": op, "value": value}]})


def _screen_list_reads(world: World, person: str) -> Iterator[Visit]:
    for form in FORMS:
        yield screen(form)
        yield screen(form, view="all", q="qx")
    for view in ("all", "special", "dated"):
        yield screen("dossier", view=view)
    every = "name,hushword,hushfee,hushday,hushkind,hushpaper,hushmentor,hushrows,veilcard,partner,cover,scan,owner"
    yield Visit("GET", url("/r/dossier", columns=every), headers={})
    yield screen("dossier", view="all", bin="1")
    yield screen("dossier", sort="name", filter=_rules("partner", "filled"))


def _screen_list_pairs(world: World, person: str) -> Iterator[Pair]:
    for form, name in unheard_fields(person):
        for query in (
            {"filter": _rules("{}", "filled")},
            {"filter": _rules("{}", "eq", "1")},
            {"sort": "{}"},
            {"columns": "{}"},
        ):
            asked = [
                screen(form, view="all", **{key: text.replace("{}", word) for key, text in query.items()})
                for word in (name, NO_FIELD)
            ]
            yield Pair(asked[0], asked[1], name, NO_FIELD)
    for kept, word in shut_words(world, person, "dossier"):
        yield Pair(
            screen(kept.form, view="all", q=word), screen(kept.form, view="all", q=NO_WORD), word, NO_WORD
        )


def _bin_reads(world: World, person: str) -> Iterator[Visit]:
    yield from (screen(form, "/bin") for form in FORMS)


def _bulk(*ids: str) -> Visit:
    return Visit("POST", "/r/dossier/bulk", form={"action": "delete", **({"ids[]": ids[0]} if ids else {})})


def _bulk_tries(world: World, person: str) -> Iterator[Visit]:
    for kept in world.all_of("dossier"):
        if not kept.is_open_to(person):
            yield _bulk(kept.id)


def _bulk_pairs(world: World, person: str) -> Iterator[Pair]:
    for kept in world.all_of("dossier"):
        if not kept.is_open_to(person):
            yield Pair(_bulk(kept.id), _bulk(NOWHERE), kept.id, NOWHERE)


def _screen_choice_reads(world: World, person: str) -> Iterator[Visit]:
    for form in FORMS:
        yield screen(form, "/choices")
        yield screen(form, "/choices", q="qx")


def _screen_choice_pairs(world: World, person: str) -> Iterator[Pair]:
    for kept, word in shut_words(world, person, "cover", "account"):
        yield Pair(
            screen(kept.form, "/choices", q=word), screen(kept.form, "/choices", q=NO_WORD), word, NO_WORD
        )


def _new_reads(world: World, person: str) -> Iterator[Visit]:
    """The form for a new record, filled in with links to what one may not see."""
    for form in FORMS:
        yield screen(form, "/new")
    for kept in world.all_of("dossier"):
        yield screen(
            "dossier", "/new", partner=kept.id, hushmentor=kept.id, cover=world.of("cover", kept.owner).id
        )
        yield screen("dossier", "/new", scan=kept.files["scan"], hushpaper=kept.files["hushpaper"])
    for kept in world.all_of("account"):
        yield screen("contact", "/new", account=kept.id)
        yield screen("account", "/new", parent_group=kept.id)


def _new_pairs(world: World, person: str) -> Iterator[Pair]:
    for kept in world.all_of("dossier"):
        if not kept.is_open_to(person):
            yield Pair(
                screen("dossier", "/new", partner=kept.id),
                screen("dossier", "/new", partner=NOWHERE),
                kept.id,
                NOWHERE,
            )
    for form, name in unheard_fields(person):
        if form == "dossier":
            yield Pair(
                screen(form, "/new", **{name: "x"}), screen(form, "/new", **{NO_FIELD: "x"}), name, NO_FIELD
            )


def _post_new_reads(world: World, person: str) -> Iterator[Visit]:
    """Refused for want of a name, and shown again with what was typed."""
    for kept in world.all_of("dossier"):
        links = {"partner": kept.id, "hushmentor": kept.id, **kept.files}
        yield Visit("POST", "/r/dossier/new", form={"name": "", **links})


def _post_new_pairs(world: World, person: str) -> Iterator[Pair]:
    for kept in world.all_of("dossier"):
        if not kept.is_open_to(person):
            asked = [
                Visit("POST", "/r/dossier/new", form={"name": "", "partner": one})
                for one in (kept.id, NOWHERE)
            ]
            yield Pair(asked[0], asked[1], kept.id, NOWHERE)


def _search_reads(world: World, person: str) -> Iterator[Visit]:
    for words in ("qx", "qxdossier", "qxaccount", "dossier0", "hush", "example"):
        yield Visit("GET", url("/api/v1/search", q=words, limit="50"))
        yield Visit("GET", url("/api/v1/search", q=words, form="local.dossier"))


def _search_pairs(world: World, person: str) -> Iterator[Pair]:
    for _kept, word in shut_words(world, person, "dossier", "lead"):
        yield Pair(
            Visit("GET", url("/api/v1/search", q=word)),
            Visit("GET", url("/api/v1/search", q=NO_WORD)),
            word,
            NO_WORD,
        )


def _finder_reads(world: World, person: str) -> Iterator[Visit]:
    for words in ("qx", "qxdossier", "qxaccount", "dossier0", "hush"):
        yield Visit("GET", url("/search", q=words))
        yield Visit("GET", url("/search", q=words), headers={"HX-Request": "true"})


def _finder_pairs(world: World, person: str) -> Iterator[Pair]:
    for _kept, word in shut_words(world, person, "dossier", "lead"):
        yield Pair(
            Visit("GET", url("/search", q=word)), Visit("GET", url("/search", q=NO_WORD)), word, NO_WORD
        )


_FORM = "/api/v1/records/{form}"
_SCREEN = "/r/{form}"

DOORS: Doors = {
    ("GET", _FORM): Door("person", lambda w: api("dossier"), _list_reads, pairs=_list_pairs),
    ("GET", _FORM + "/aggregate"): Door("person", lambda w: api("dossier", "/aggregate"), _aggregate_reads, pairs=_aggregate_pairs),
    ("GET", _FORM + "/choices"): Door("person", lambda w: api("dossier", "/choices"), _choice_reads, pairs=_choice_pairs),
    ("POST", _FORM): Door("person", lambda w: _create("dossier", name="x"), _create_reads, pairs=_create_pairs),
    ("POST", _FORM + "/batch"): Door("person", lambda w: _batch(create=[{"name": "x"}]), tries=_batch_tries, pairs=_batch_pairs),
    ("GET", "/api/v1/search"): Door("person", lambda w: Visit("GET", "/api/v1/search?q=qx"), _search_reads, pairs=_search_pairs),
    ("GET", "/search"): Door("person", lambda w: Visit("GET", "/search?q=qx"), _finder_reads, pairs=_finder_pairs),
    ("GET", _SCREEN): Door("person", lambda w: screen("dossier"), _screen_list_reads, pairs=_screen_list_pairs),
    ("GET", _SCREEN + "/bin"): Door("person", lambda w: screen("dossier", "/bin"), _bin_reads),
    ("POST", _SCREEN + "/bulk"): Door("person", lambda w: _bulk(), tries=_bulk_tries, pairs=_bulk_pairs),
    ("GET", _SCREEN + "/choices"): Door("person", lambda w: screen("dossier", "/choices"), _screen_choice_reads, pairs=_screen_choice_pairs),
    ("GET", _SCREEN + "/new"): Door("person", lambda w: screen("dossier", "/new"), _new_reads, pairs=_new_pairs),
    ("POST", _SCREEN + "/new"): Door("person", lambda w: Visit("POST", "/r/dossier/new", form={"name": "x"}), _post_new_reads, pairs=_post_new_pairs),
}  # fmt: skip

"""Finding: candidates from the index, then only what the actor may see, the best first, by form.

The index answers with ids alone. What is shown comes from `records`, so that a row or field that the actor may not
read has no way into an answer; and a row of the index whose shape holds more than every role may read is not asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from platform_core import database, entities, permissions, records
from platform_core.database import StatementTimeout
from platform_core.entities import Entity, quote
from platform_core.errors import NotFound
from platform_core.identity import Actor
from platform_core.records import RecordQuery, Wire
from platform_core.search import rebuilding
from platform_core.search.marking import excerpt, holds, pieces, score
from platform_core.search.model import Found, Group, Hit
from platform_core.search.shapes import Shape, shape_of
from platform_core.search.words import LONGEST_QUERY, Term, fold, fts5, terms, tsquery

PER_FORM = 5
_CANDIDATES = 300
_MOST_FORMS = 60
_MOST_EVIDENCE = 30
_SECONDS = 2.0

Ids = Mapping[str, Collection[str]]


async def find(query: str, *, actor: Actor, forms: Collection[str] = (), per_form: int = PER_FORM) -> Found:
    """What `actor` finds, grouped by form; `forms` (keys) limits it. Answers within about two seconds, whatever is asked."""
    query = query[:LONGEST_QUERY].strip()
    looked_for = terms(query)
    if not looked_for:
        return Found(query=query, too_short=True)
    await rebuilding.ensure()
    readable = _readable(actor, forms)
    search = _Search(query, looked_for, actor, readable, per_form)
    try:
        ids = await search.candidates()
    except StatementTimeout:
        return Found(query=query, cut_off=True)
    return Found(query=query, groups=await search.groups(ids))


def _readable(actor: Actor, forms: Collection[str]) -> dict[str, tuple[Entity, Shape]]:
    """The forms of which the actor may read something."""
    return {
        entity.key: (entity, shape_of(entity))
        for entity in entities.all()
        if (not forms or entity.key in forms) and permissions.access(entity, actor).can("read")
    }


class _Search:
    """One question of one person."""

    def __init__(
        self,
        query: str,
        looked_for: Sequence[Term],
        actor: Actor,
        readable: Mapping[str, tuple[Entity, Shape]],
        per_form: int,
    ) -> None:
        self._query = query
        self._terms = looked_for
        self._actor = actor
        self._readable = readable
        self._per_form = per_form
        self._evidence = _MOST_EVIDENCE
        on_postgresql = database.dialect().is_postgresql
        self._match = tsquery(looked_for) if on_postgresql else fts5(looked_for)

    async def candidates(self) -> Ids:
        """Ids by form, those the actor may not see among them."""
        allowed, unfinished = await self._shapes()
        found: dict[str, dict[str, None]] = defaultdict(dict)
        async with database.snapshot(seconds=_SECONDS):
            rows = await database.fetch_tuples(self._candidates_sql(), (self._match, sorted(allowed)))
            for record, form in rows:
                found[str(form)][str(record)] = None
            if len(rows) >= _CANDIDATES:
                for form in sorted(set(allowed.values()))[:_MOST_FORMS]:
                    found[form] |= await self._visible(form, [n for n, of in allowed.items() if of == form])
        for form in unfinished[:_MOST_FORMS]:
            found[form] |= await self._in_table(form)
        return found

    async def _shapes(self) -> tuple[dict[str, str], list[str]]:
        """Shapes that hold nothing but what may be in the index today, and forms that are still being indexed."""
        stored = await rebuilding.shapes_in_use()
        allowed: dict[str, str] = {}
        for name, (form, parts, _complete) in stored.items():
            now = self._readable.get(form)
            if now is not None and (name == now[1].name or parts <= frozenset(now[1].parts)):
                allowed[name] = form
        unfinished = [
            form
            for form, (_entity, shape) in self._readable.items()
            if shape.name not in stored or not stored[shape.name][2]
        ]
        return allowed, unfinished

    def _candidates_sql(self) -> str:
        shapes = database.dialect().in_list("s.shape", "text")
        if database.dialect().is_postgresql:
            return (
                "SELECT s.record, s.form FROM tw_search s WHERE s.words @@ CAST(CAST(? AS text) AS tsquery)"
                f" AND {shapes} LIMIT {_CANDIDATES}"
            )
        return (
            "SELECT s.record, s.form FROM tw_search_words JOIN tw_search s ON s.id = tw_search_words.rowid"
            f" WHERE tw_search_words MATCH ? AND {shapes} ORDER BY tw_search_words.rowid DESC LIMIT {_CANDIDATES}"
        )

    async def _visible(self, form: str, shapes: list[str]) -> dict[str, None]:
        """Some records of one form that the actor sees; for words that stand in very many."""
        entity, _shape = self._readable[form]
        predicates = permissions.access(entity, self._actor).predicate("read", self._actor)
        scope = "TRUE" if any(one.kind == "all" for one in predicates) else ""
        scope = scope or " OR ".join(f"({one.sql})" for one in predicates)
        params = () if scope == "TRUE" else tuple(param for one in predicates for param in one.params)
        of_shape = database.dialect().in_list("s.shape", "text")
        if database.dialect().is_postgresql:
            source, match = "tw_search s", "s.words @@ CAST(CAST(? AS text) AS tsquery)"
        else:
            source = "tw_search_words JOIN tw_search s ON s.id = tw_search_words.rowid"
            match = "tw_search_words MATCH ?"
        sql = (
            f'SELECT s.record FROM {source} JOIN {quote(entity.table)} t ON t."id" = s.record'
            f" WHERE {match} AND {of_shape} AND ({scope}) LIMIT {4 * self._per_form}"
        )
        rows = await database.fetch_tuples(sql, (self._match, shapes, *params))
        return {str(record): None for (record,) in rows}

    async def _in_table(self, form: str) -> dict[str, None]:
        """The form's own search, while its index is being made."""
        asked = RecordQuery(form=form, q=self._query, fields=(), limit=self._per_form + 1)
        page = await records.query(asked, actor=self._actor)
        return {record.id: None for record in page.items}

    async def groups(self, ids: Ids) -> tuple[Group, ...]:
        """What the actor may see of the candidates, with their names."""
        wanted = {("record", form): set(found) for form, found in ids.items() if found}
        shown = await records.present(wanted, self._actor) if wanted else {}
        ranked: list[tuple[int, Group]] = []
        for (_kind, form), by_id in shown.items():
            lines = sorted(
                (
                    (self._score(wire), record, wire)
                    for record, wire in by_id.items()
                    if not wire.get("archived")
                ),
                key=lambda line: (-line[0], str(line[2]["title"]), line[1]),
            )
            if not lines:
                continue
            entity, shape = self._readable[form]
            hits = [await self._hit(entity, shape, wire) for _score, _id, wire in lines[: self._per_form]]
            group = Group(entity=entity, hits=tuple(hits), more=len(lines) > self._per_form)
            ranked.append((lines[0][0], group))
        ranked.sort(key=lambda one: (-one[0], one[1].entity.key))
        return tuple(group for _best, group in ranked)

    def _score(self, wire: Wire) -> int:
        code = wire.get("code")
        return score(str(wire["title"]), str(code) if code else None, self._terms, self._query)

    async def _hit(self, entity: Entity, shape: Shape, wire: Wire) -> Hit:
        title, code = str(wire["title"]), wire.get("code")
        hit = Hit(
            form=entity.key,
            id=str(wire["id"]),
            title=title,
            code=str(code) if code else None,
            pieces=tuple(pieces(title, self._terms)),
        )
        if holds(f"{title} {code or ''}", self._terms) or not shape.fields or self._evidence <= 0:
            return hit
        self._evidence -= 1
        return await self._explained(hit, shape)

    async def _explained(self, hit: Hit, shape: Shape) -> Hit:
        """With the field in which the words were found, as the actor reads it."""
        try:
            record = await records.get(hit.form, hit.id, actor=self._actor, fields=shape.fields)
        except NotFound:
            return hit
        for name in shape.fields:
            for text in _texts(record.values.get(name)):
                if holds(text, self._terms) or holds(_digits(text), self._terms):
                    found = tuple(pieces(excerpt(text, self._terms), self._terms))
                    return Hit(
                        form=hit.form, id=hit.id, title=hit.title, code=hit.code, pieces=hit.pieces,
                        field=name, excerpt=found,
                    )  # fmt: skip
        return hit


def _texts(value: object) -> list[str]:
    """The texts in a wire value."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [str(part) for part in value.values() if isinstance(part, str)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return []


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, fold(text)))

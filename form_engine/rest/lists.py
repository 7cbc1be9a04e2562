"""Many records at once: lists, aggregates, autocomplete, batches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from form_engine.rest.answers import address, encoded, page_view, with_etag
from form_engine.rest.requests import AnyRequest, Json, Query, json_object
from platform_core import api, records
from platform_core.errors import Invalid, Problem
from platform_core.i18n import N_
from platform_core.records import AggregateQuery, BatchResult, Change, RecordQuery, Removal
from platform_core.web import actor, spoken

BASE = "/api/v1/records/{form:str}"

LIST_PARAMETERS = ("filter", "sort", "fields", "limit", "cursor", "total", "view", "q", "bin", "access")
AGGREGATE_PARAMETERS = ("by", "measures", "filter", "q")
CHOICE_PARAMETERS = ("q", "limit", "filter")

MOST_IN_BATCH = 1_000


@get(BASE)
async def list_records(request: AnyRequest, form: FromPath[str]) -> Response[bytes]:
    """One page of the records that the caller may see."""
    asked = _list_query(request, form)
    if asked.access:
        return encoded(page_view(await records.query(asked, actor=actor(request))))
    page = await records.query_flat(asked, actor=actor(request))
    return encoded(api.page(page.items, page.next_cursor, page.total))


def _list_query(request: AnyRequest, form: str) -> RecordQuery:
    asked = Query(request, LIST_PARAMETERS)
    return RecordQuery(
        form=form,
        filter=asked.text("filter"),
        sort=asked.names("sort"),
        fields=asked.names("fields") or None,
        limit=api.limit(asked.text("limit")),
        cursor=asked.text("cursor"),
        total=asked.flag("total"),
        view=asked.text("view"),
        q=asked.text("q"),
        bin=asked.flag("bin"),
        access=asked.flag("access"),
    )


@get(BASE + "/aggregate")
async def aggregate_records(request: AnyRequest, form: FromPath[str]) -> Json:
    """Groups and measures over the records that the caller may see."""
    asked = Query(request, AGGREGATE_PARAMETERS)
    groups = await records.aggregate(
        AggregateQuery(
            form=form,
            by=asked.names("by"),
            measures=asked.names("measures") or ("count()",),
            filter=asked.text("filter"),
            q=asked.text("q"),
        ),
        actor=actor(request),
    )
    return {"items": groups}


@get(BASE + "/choices")
async def choose_records(request: AnyRequest, form: FromPath[str]) -> Json:
    """A few records by what somebody types, for a link."""
    asked = Query(request, CHOICE_PARAMETERS)
    limit = api.limit(asked.text("limit"), default=20)
    found = await records.choices(
        form, asked.text("q") or "", actor=actor(request), limit=limit, filter=asked.text("filter")
    )
    return {"items": found}


@post(BASE)
async def create_record(request: AnyRequest, form: FromPath[str]) -> Response[bytes]:
    """Make a record; rows of table fields and entries of related lists are made along with it."""
    record = await records.create(form, await json_object(request), actor=actor(request))
    return with_etag(record, status=201, location=address(record.form, record.id))


@post(BASE + "/batch", status_code=200)
async def batch_records(request: AnyRequest, form: FromPath[str]) -> Json:
    """Create, change and delete many records; with `atomic` all of them or none."""
    sent = _Batch(await json_object(request))
    results = await records.batch(
        form,
        create=sent.created(),
        update=sent.updated(),
        delete=sent.deleted(),
        atomic=sent.atomic,
        actor=actor(request),
    )
    return {
        "ok": all(result.ok for result in results),
        "results": [_result_view(result) for result in results],
    }


class _Batch:
    """The body of a batch: {create: [{…}], update: [{id, version?, …}], delete: [{id, version?}], atomic}."""

    def __init__(self, body: Json) -> None:
        self._problems: list[Problem] = []
        self._body = body
        for name in body.keys() - {"create", "update", "delete", "atomic"}:
            self._refuse(f"/{name}", "unknown_member", N_("There is no such part of a batch."))
        self.atomic = self._flag("atomic")
        self._create = [values for _place, values in self._entries("create")]
        self._update = [self._change(place, dict(values)) for place, values in self._entries("update")]
        self._delete = [self._removal(place, values) for place, values in self._entries("delete")]
        count = len(self._create) + len(self._update) + len(self._delete)
        if count > MOST_IN_BATCH:
            message = N_("A batch has at most {limit} entries; this one has {count}.")
            self._refuse("", "too_many", message, limit=MOST_IN_BATCH, count=count)
        if self._problems:
            raise Invalid(self._problems)

    def created(self) -> list[Mapping[str, object]]:
        return list(self._create)

    def updated(self) -> list[Change]:
        return self._update

    def deleted(self) -> list[Removal]:
        return self._delete

    def _flag(self, name: str) -> bool:
        given = self._body.get(name, True)
        if not isinstance(given, bool):
            self._refuse(f"/{name}", "type", N_("This must be true or false."))
        return given is True

    def _entries(self, name: str) -> list[tuple[int, Json]]:
        given = self._body.get(name, [])
        if not isinstance(given, list):
            self._refuse(f"/{name}", "type", N_("This must be a list."))
            return []
        found: list[tuple[int, Json]] = []
        for place, entry in enumerate(given):
            if name == "delete" and isinstance(entry, str):
                found.append((place, {"id": entry}))
            elif isinstance(entry, dict):
                found.append((place, cast("Json", entry)))
            else:
                self._refuse(f"/{name}/{place}", "type", N_("An entry is an object."))
        return found

    def _change(self, place: int, values: Json) -> Change:
        at = f"/update/{place}"
        return Change(
            id=self._id(at, values.pop("id", None)),
            version=self._version(at, values.pop("version", None)),
            values=values,
        )

    def _removal(self, place: int, values: Json) -> Removal:
        at = f"/delete/{place}"
        for name in values.keys() - {"id", "version"}:
            self._refuse(f"{at}/{name}", "unknown_member", N_("A deletion names an id and a version only."))
        return Removal(id=self._id(at, values.get("id")), version=self._version(at, values.get("version")))

    def _id(self, at: str, given: object) -> str:
        if isinstance(given, str):
            return given
        self._refuse(f"{at}/id", "required", N_("The id is missing."))
        return ""

    def _version(self, at: str, given: object) -> int | None:
        if given is None or isinstance(given, int) and not isinstance(given, bool):
            return given
        self._refuse(f"{at}/version", "type", N_("This must be a whole number."))
        return None

    def _refuse(self, pointer: str, code: str, message: str, **params: object) -> None:
        self._problems.append(Problem(pointer=pointer, code=code, message=message, params=params))


def _result_view(result: BatchResult) -> Json:
    view: Json = {"op": result.op, "index": result.index, "ok": result.ok, "id": result.id}
    if result.ok:
        return view | {"code": result.code, "version": result.version}
    at = f"/{result.op}/{result.index}"
    placed = (msgspec.structs.replace(each, pointer=at + each.pointer) for each in result.problems)
    errors = [api.problem_member(spoken(problem)) for problem in placed]
    code = result.error.code if result.error is not None else "invalid"
    return view | {"error": code, "errors": errors}


LIST_ROUTES = (list_records, aggregate_records, choose_records, create_record, batch_records)

"""What may go wrong with definitions.

TradewindError
├── NotFound
│   ├── UnknownKind            no kind of that name
│   └── UnknownDefinition      no definition of that name
├── Conflict
│   ├── AmbiguousName          several apps have a definition of that name: write app.name
│   ├── NotAccepted            the plan destroys something nobody agreed to; `details` lists it
│   ├── NothingToPublish       there is no draft
│   ├── RolloutRuns            it is being published in the background at this moment
│   ├── MergeConflicts         the company has changed what a newer package changes too
│   └── RolloutOver            that publish cannot be cancelled any more
├── StaleVersion
│   └── StaleDraft             somebody changed the draft, or published, in between
├── Invalid
│   └── InvalidDefinition      the definition has problems, all of them listed
└── KindExists                 two kinds of one name: a mistake of the program
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from platform_core.definitions.model import Key
from platform_core.errors import Conflict, Invalid, NotFound, Problem, StaleVersion, TradewindError
from platform_core.i18n import N_


class KindExists(TradewindError):
    code = "kind_exists"

    def __init__(self, name: str) -> None:
        super().__init__(N_("The kind '{kind}' is registered twice."), params={"kind": name})


class UnknownKind(NotFound):
    code = "unknown_kind"

    def __init__(self, name: str, remedy: str, hints: Mapping[str, object]) -> None:
        message = N_("There is no kind of definition '{kind}'.")
        super().__init__(message, params={"kind": name, **hints}, remedy=remedy)


class UnknownDefinition(NotFound):
    code = "unknown_definition"

    def __init__(
        self, kind: str, name: str, remedy: str = "", hints: Mapping[str, object] | None = None
    ) -> None:
        message = N_("There is no {kind} '{name}'.")
        super().__init__(message, params={"kind": kind, "name": name, **(hints or {})}, remedy=remedy)


class AmbiguousName(Conflict):
    code = "ambiguous_name"

    def __init__(self, kind: str, name: str, full_names: Sequence[str]) -> None:
        super().__init__(
            N_("Several apps have a {kind} '{name}': {choices}."),
            params={"kind": kind, "name": name, "choices": ", ".join(full_names)},
            remedy=N_("Write the app before the name, as in '{choices}'."),
        )


class NotAccepted(Conflict):
    """`missing` are the ids of the plan items that still need consent; `details` carries them for the screen."""

    code = "not_accepted"

    def __init__(self, missing: Sequence[str]) -> None:
        self.missing = tuple(missing)
        super().__init__(
            N_("This publish destroys something that you have not agreed to: {missing}."),
            params={"missing": ", ".join(missing)},
            pointer="/accept",
            remedy=N_("Read the plan and name these ids in 'accept'."),
            details={"missing": list(missing)},
        )


class NothingToPublish(Conflict):
    code = "nothing_to_publish"

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(
            N_("The {kind} '{name}' has no draft."),
            params={"kind": kind, "name": name},
            remedy=N_("Save a draft first."),
        )


class RolloutRuns(Conflict):
    """`details` name the rollout and its job."""

    code = "rollout_runs"

    def __init__(self, name: str, rollout: str, job: str | None) -> None:
        super().__init__(
            N_("'{name}' is being published in the background at this moment."),
            params={"name": name},
            remedy=N_("Wait until that is done, or cancel it."),
            details={"rollout": rollout, "job": job},
        )


class MergeConflicts(Conflict):
    """`details` lists the definitions."""

    code = "merge_conflicts"

    def __init__(self, keys: Sequence[Key]) -> None:
        listed = [key.text for key in keys]
        super().__init__(
            N_("The package and this company have changed the same: {names}."),
            params={"names": ", ".join(listed)},
            remedy=N_("Decide which side counts, or let the definitions wait for somebody who decides."),
            details={"definitions": listed},
        )


class RolloutOver(Conflict):
    code = "rollout_over"

    def __init__(self) -> None:
        super().__init__(
            N_("This is published already, or on its way back: it cannot be cancelled any more."),
            remedy=N_("Roll back to the revision before it."),
        )


class StaleDraft(StaleVersion):
    """`theirs` is {rev, definition, updated_by, changes: [...]}; `base` what stood at the rev you read, if known."""

    code = "stale_draft"

    def __init__(
        self, *, base: Mapping[str, object] | None, yours: Mapping[str, object], theirs: Mapping[str, object]
    ) -> None:
        super().__init__(
            base=base,
            yours=yours,
            theirs=theirs,
            message=N_("{who} has changed this draft in the meantime (rev {rev})."),
            params={"who": theirs.get("updated_by") or "?", "rev": theirs.get("rev")},
        )


class InvalidDefinition(Invalid):
    """`by_item` has the problems of each item of the change set; `errors` all of them."""

    code = "invalid_definition"

    def __init__(self, errors: Sequence[Problem], by_item: Sequence[Sequence[Problem]]) -> None:
        self.by_item = tuple(tuple(item) for item in by_item)
        super().__init__(errors, N_("The definition has problems; nothing was published."))

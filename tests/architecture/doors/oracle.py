"""Who may see what, said a second time and without asking the product."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tests.architecture.doors.company import HUSHED, PEOPLE

OWNERS = ("admin", "manager", "lina", "carlos", "nadia")
EVERYBODY = frozenset(OWNERS)
NOBODYS: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Sight:
    """Whose rows of a form a person sees, and which fields they do not read in clear on which of them."""

    rows: frozenset[str] = NOBODYS
    hidden: frozenset[str] = frozenset()
    masked: frozenset[str] = frozenset()
    clear_in_own: bool = False
    """A second role shows the own rows in full."""

    def hides(self, owner: str, person: str, name: str) -> bool:
        """Whether the value may not be seen in clear."""
        own = self.clear_in_own and owner == person
        return not own and name in self.hidden | self.masked


def _sight(
    rows: Iterable[str], hidden: Iterable[str] = (), masked: Iterable[str] = (), *, own: bool = False
) -> Sight:
    return Sight(frozenset(rows), frozenset(hidden), frozenset(masked), own)


_FULL = _sight(OWNERS)
_NONE = Sight()

SIGHTS: Mapping[str, Mapping[str, Sight]] = {
    "dossier": {
        "admin": _FULL,
        "manager": _sight({"manager", "lina"}),
        "lina": _sight({"lina"}, HUSHED, {"veilcard"}),
        "carlos": _sight({"carlos"}, HUSHED, {"veilcard"}),
        "finance": _sight(OWNERS, {"hushword", "hushmentor"}),
        "marketing": _sight(OWNERS, HUSHED[1:], {"hushword", "veilcard"}),
        "nadia": _sight(OWNERS, {*HUSHED, "veilcard"}, own=True),
    },
    "cover": {
        "admin": _FULL, "manager": _FULL, "finance": _FULL, "marketing": _FULL,
        "lina": _sight(OWNERS, {"hushtitle"}), "carlos": _sight(OWNERS, {"hushtitle"}),
        "nadia": _sight(OWNERS, {"hushtitle"}, own=True),
    },
    "account": {
        "admin": _FULL,
        "manager": _sight({"manager", "lina"}),
        "lina": _sight({"lina"}),
        "carlos": _sight({"carlos"}),
        "finance": _sight(OWNERS, {"remark"}),
        "marketing": _sight(OWNERS, {"remark", "address", "credit_limit"}),
    },
    "contact": {
        "admin": _FULL, "manager": _sight({"manager", "lina"}), "lina": _sight({"lina"}), "carlos": _sight({"carlos"}),
    },
    "note": {
        "admin": _FULL, "manager": _sight({"manager", "lina"}), "lina": _sight({"lina"}), "carlos": _sight({"carlos"}),
        "finance": _NONE, "marketing": _NONE,
    },
    "lead": {
        "admin": _FULL, "manager": _sight({"manager", "lina"}), "lina": _sight({"lina"}), "carlos": _sight({"carlos"}),
        "marketing": _sight(OWNERS, (), {"email"}),
    },
    "product": {
        "admin": _FULL, "manager": _FULL, "finance": _FULL,
        "lina": _sight(OWNERS, {"cost_price"}), "carlos": _sight(OWNERS, {"cost_price"}),
        "marketing": _sight(OWNERS, {"cost_price"}),
    },
}  # fmt: skip


def sight(form: str, person: str) -> Sight:
    """What `person` sees of `form`."""
    return SIGHTS[form].get(person, _NONE)


def unheard_of(form: str, person: str) -> frozenset[str]:
    """The fields of a form that exist for this person on no row at all: not even their names may be told."""
    seen = sight(form, person)
    if not seen.rows:
        return frozenset()
    return frozenset() if seen.clear_in_own else seen.hidden


@dataclass
class Kept:
    """One record of the world. `marks` are unique texts by field: its value, and those that it had before."""

    form: str
    owner: str
    name: str
    id: str = ""
    code: str = ""
    marks: dict[str, list[str]] = field(default_factory=dict)
    comment: str = ""
    deleted: bool = False
    files: dict[str, str] = field(default_factory=dict)
    """Ids of files by the field that holds them."""
    partner: str = ""
    """The id of the record of the same form that it leads to."""

    def mark(self, name: str, text: str) -> str:
        """Remember a text that stands for the value of a field; returns it."""
        self.marks.setdefault(name, []).append(text)
        return text

    def is_open_to(self, person: str) -> bool:
        """Whether the person sees the row at all."""
        return self.owner in sight(self.form, person).rows

    def shows(self, person: str, name: str) -> bool:
        """Whether the person reads this field of this row in clear."""
        return self.is_open_to(person) and not sight(self.form, person).hides(self.owner, person, name)

    def secrets_from(self, person: str) -> set[str]:
        """The texts that no answer to this person may hold."""
        if not self.is_open_to(person):
            held = {text for texts in self.marks.values() for text in texts}
            return {*held, *self.files.values(), self.comment, self.id, self.code} - {""}
        shut = [name for name in self.marks if not self.shows(person, name)]
        return {text for name in shut for text in self.marks[name]} | {
            self.files[name] for name in shut if name in self.files
        }


__all__ = ["OWNERS", "PEOPLE", "SIGHTS", "Kept", "Sight", "sight", "unheard_of"]

"""How people call the states of an import."""

from __future__ import annotations

from collections.abc import Mapping

from form_engine.imports.model import State
from platform_core.i18n import N_, _
from platform_core.web import Tone

_NAMES: Mapping[State, tuple[str, Tone]] = {
    "uploaded": (N_("Columns to choose"), ""),
    "checking": (N_("Being checked"), "sky"),
    "checked": (N_("Checked"), "sky"),
    "running": (N_("Being imported"), "sky"),
    "done": (N_("Imported"), "good"),
    "reverting": (N_("Being taken back"), "warm"),
    "failed": (N_("Failed"), "danger"),
    "undoing": (N_("Being taken back"), "warm"),
    "undone": (N_("Taken back"), ""),
}


def import_state(state: State) -> str:
    """The state in the reader's language."""
    return _(_NAMES[state][0])


def import_tone(state: State) -> Tone:
    """Its colour."""
    return _NAMES[state][1]

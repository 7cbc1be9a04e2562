"""Why an expression has no exact SQL, in the words that its author reads."""

from __future__ import annotations

from typing import Final

from platform_core.i18n import N_

NO_DIVISION: Final = N_("A division of fields is exact in a filter only inside ROUND(x / y, digits).")
NO_FUNCTION: Final = N_("A function of this expression has no exact counterpart in the database.")
NO_WALL_CLOCK: Final = N_(
    "Moving a moment by the clock of a time zone has no exact counterpart in the database."
)
NO_LIST: Final = N_("This list is not stored in a way that a filter can search.")
NO_LIST_COMPARISON: Final = N_("Whole lists cannot be compared in a filter.")
NO_AMOUNT_COMPARISON: Final = N_("Amounts are compared one by one in a filter.")

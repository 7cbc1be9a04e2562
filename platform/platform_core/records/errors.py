"""Refusals of this room.

TradewindError
├── BadCursor      400  a cursor that we did not make, or made for another question
├── BadQuery       400  a filter, sort, field or measure that cannot be
└── Conflict       409
    ├── InBin         the record is in the recycle bin
    ├── NotInBin      the record is not in the recycle bin
    └── StillLinked   others point to the record that would be destroyed
"""

from __future__ import annotations

from platform_core.errors import Conflict, Invalid, TradewindError


class BadCursor(TradewindError):
    """A cursor that was tampered with, or belongs to another form, filter, order or person."""

    code = "bad_cursor"
    status = 400
    default_message = "This page mark is not valid here. Start from the first page."


class BadQuery(Invalid):
    """A question that cannot be asked: each problem has the place ("/filter", "/sort/0") and a sentence."""

    code = "bad_query"
    status = 400
    default_message = "The question is not valid."


class InBin(Conflict):
    """The record is in the recycle bin: restore it first."""

    code = "in_bin"
    default_message = "This record is in the recycle bin."


class NotInBin(Conflict):
    """Only a record in the recycle bin can be restored or destroyed."""

    code = "not_in_bin"
    default_message = "This record is not in the recycle bin."


class StillLinked(Conflict):
    """Other records point to it; `details` counts them per form and field."""

    code = "still_linked"
    default_message = "Other records still point to this one."

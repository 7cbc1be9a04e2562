"""Computed fields at work: formulas of a record, values of linked records, totals of related ones.

`enter` puts them into the save: the fields of a record itself in its slot, those of other records that depend on it
right after the write, in the same transaction (docs/explanation/computed-fields.md). What they hold and whether they
may be published is `kind`'s business.
"""

from form_engine.computed.entering import enter, enter_saving
from form_engine.computed.payload import computed_payload

__all__ = ["computed_payload", "enter", "enter_saving"]

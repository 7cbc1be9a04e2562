"""Why a workbook is not read; the words for people are in `xlsx_source`."""

from __future__ import annotations

from typing import Literal

Reason = Literal["broken", "bomb", "row", "memory", "binary"]


class Refused(Exception):
    """The workbook cannot be read. `params` are numbers for the sentence."""

    def __init__(self, reason: Reason, **params: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.params = params

"""A scope that is an expression, asked of one row in Python or of many in SQL."""

from __future__ import annotations

from collections.abc import Callable

RowReader = Callable[[str], object]
"""Gives the canonical value of a field of one row by name; None for an empty one."""

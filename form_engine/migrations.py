"""The engine's own tables; those of forms are made by their publishes."""

from __future__ import annotations

from form_engine.dictionary.moved import MIGRATIONS as CHOICES
from form_engine.imports.migrations import MIGRATIONS as IMPORTS

MIGRATIONS = (*IMPORTS, *CHOICES)

__all__ = ["MIGRATIONS"]

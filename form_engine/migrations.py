"""The engine's own tables; those of forms are made by their publishes."""

from __future__ import annotations

from form_engine.imports.migrations import MIGRATIONS

__all__ = ["MIGRATIONS"]

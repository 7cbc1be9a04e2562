"""Shared fixtures live in plugin modules, one per subject; this file only names them."""

pytest_plugins = ["tests.fixtures_database", "tests.fixtures_crm"]

"""Backups: one file with everything of an installation but its secret key, taken while it runs."""

"""Saving: the stages through which every change of a record goes."""

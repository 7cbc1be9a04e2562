"""Advice on indexes: what was slow to read, through which list, and the index that would help."""

from form_engine.advice.finding import Advice, advice
from form_engine.advice.routes import enter

__all__ = ["Advice", "advice", "enter"]

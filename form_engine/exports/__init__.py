"""Records as a file: XLSX, CSV or JSON of what one person may take out, made in the background and audited."""

from form_engine.exports.entering import enter
from form_engine.exports.order import ExportOrder
from form_engine.exports.service import start

__all__ = ["ExportOrder", "enter", "start"]

"""What can be wrong with an import as a whole; what is wrong with a row is in its report.

ImportRefused (Invalid)
└── the file cannot be read, is too large, is no spreadsheet, or lacks what the form needs
"""

from __future__ import annotations

from platform_core.errors import Invalid


class ImportRefused(Invalid):
    """The file or the mapping as a whole is not usable; nothing was imported."""

    code = "import_refused"

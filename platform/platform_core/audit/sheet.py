"""Lines of the audit as CSV, safe to open in a spreadsheet program."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator, Iterable, Mapping

import msgspec

from platform_core.audit.model import Line
from platform_core.audit.reader import AuditQuery, stream

MOST = 200_000
"""Lines of one file at most."""
COLUMNS = (
    *(
        "at",
        "action",
        "kind",
        "subject",
        "fields",
        "user_id",
        "user",
        "via",
        "ip",
        "request_id",
        "session_id",
    ),
    *("digest", "detail", "sealed", "id"),
)
_DANGEROUS = re.compile("'*[=+\\-@|%\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""What a spreadsheet program takes for the beginning of a formula."""

Names = Mapping[str, str]


async def as_csv(query: AuditQuery, names: Names) -> AsyncIterator[bytes]:
    """The whole answer to a query, at most `MOST` lines, in UTF-8 with its mark; `names` are those of people by id."""
    yield "\ufeff".encode() + _rows([COLUMNS])
    async for lines in stream(query, most=MOST):
        yield _rows(_cells(line, names) for line in lines)


def _cells(line: Line, names: Names) -> tuple[str, ...]:
    detail = msgspec.json.encode(line.detail).decode() if line.detail else ""
    return (
        *(
            line.at.isoformat(timespec="milliseconds"),
            line.action,
            line.kind,
            line.subject,
            " ".join(line.fields),
        ),
        *(
            line.user_id,
            names.get(line.user_id, ""),
            line.via,
            line.ip,
            line.request_id,
            line.session_id or "",
        ),
        *(line.digest.hex() if line.digest else "", detail, "yes" if line.sealed else "no", line.id),
    )


def _rows(rows: Iterable[Iterable[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([_guarded(cell) for cell in row] for row in rows)
    return out.getvalue().encode()


def _guarded(text: str) -> str:
    return f"'{text}" if _DANGEROUS.match(text) else text

"""Log lines, as text for people or as JSON for programs; one line per event on the error stream.

Each carries the request and the job it belongs to. What a library puts into a message is cleaned of what looks like
personal data or a secret: mail addresses, keys, passwords in addresses, the values in a database's refusal.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal, TextIO

import msgspec

from platform_core.telemetry.context import current_job, current_request

Format = Literal["text", "json"]

_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_NEVER = frozenset({"ip", "caller", "email", "name", "password", "token", "secret", "body", "headers"})
"""Facts that a line never carries, whoever offers them."""

_CLEAN: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "‹mail›"),
    (re.compile(r"\b(?:Bearer\s+|tw_)[A-Za-z0-9._~+/=-]{8,}"), "‹key›"),
    (re.compile(r"//[^/@\s]*:[^/@\s]*@"), "//‹account›@"),
    (re.compile(r"\)=\(.*?\)(?= |$|\.)", re.MULTILINE), ")=(…)"),
    (re.compile(r"(Failing row contains ).*"), r"\1(…)"),
    (re.compile(r"(invalid input [^:\n]*: ).*"), r"\1…"),
    (re.compile(r"\+\d[\d ()./-]{6,}\d"), "‹phone›"),
    (re.compile(r"((?:password|secret|token|api_key)\s*[=:]\s*)\S+", re.IGNORECASE), r"\1‹secret›"),
)


def scrubbed(text: str) -> str:
    """The text without what looks like personal data or a secret."""
    for pattern, instead in _CLEAN:
        text = pattern.sub(instead, text)
    return text


class _Stream(logging.StreamHandler[TextIO]):
    """Writes to the error stream of the moment, wherever it was led to."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]  # an attribute there, looked up anew here
        return sys.stderr


class JsonLines(logging.Formatter):
    """ts, level, logger, message; request_id, user_id, job_id where there are; the facts of the line; exception."""

    def format(self, record: logging.LogRecord) -> str:
        return msgspec.json.encode(facts(record)).decode()


class TextLines(logging.Formatter):
    """The same for people: time, level, logger, message, and the request where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        known = facts(record)
        request = f" [{known['request_id']}]" if "request_id" in known else ""
        told = f"\n{known['exception']}" if "exception" in known else ""
        return f"{known['ts']} {known['level']} {known['logger']}{request} {known['message']}{told}"


def facts(record: logging.LogRecord) -> dict[str, object]:
    """What a line tells, in its order."""
    told: dict[str, object] = {
        "ts": moment(record.created),
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": scrubbed(record.getMessage()),
    }
    if (request := current_request()) is not None:
        told["request_id"] = request.request_id
        if request.user_id is not None:
            told["user_id"] = request.user_id
    if (job := current_job()) is not None:
        told["job_id"] = job
    for name, value in vars(record).items():
        if name not in _PLAIN and name not in _NEVER:
            told.setdefault(name, _plain(value))
    if record.exc_info and record.exc_info[0] is not None:
        told["exception"] = scrubbed("".join(traceback.format_exception(*record.exc_info)).rstrip())
    return told


def moment(seconds: float) -> str:
    """Seconds since 1970 as UTC with milliseconds."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    return scrubbed(str(value))


_FORMATS: dict[Format, Callable[[], logging.Formatter]] = {"text": TextLines, "json": JsonLines}
_LIBRARIES = (
    "uvicorn",
    "asyncio",
    "aiosqlite",
    "httpx",
    "botocore",
    "aiobotocore",
    "weasyprint",
    "fontTools",
)
_handler = _Stream()
_format: Format | None = None


def configure(format: Format, level: str) -> None:
    """Send every log line of the process to the error stream in this form; libraries speak from warnings on."""
    global _format
    _format = format
    _handler.setFormatter(_FORMATS[format]())
    root = logging.getLogger()
    if _handler not in root.handlers:
        root.addHandler(_handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("tradewind").setLevel(level.upper())
    for name in _LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)


def is_configured() -> Format | None:
    """The form in which lines are written; None before `configure`."""
    return _format

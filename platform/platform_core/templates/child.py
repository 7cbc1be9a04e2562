"""The child process: reads one request, renders, answers, and waits for the next. `python -m` starts it.

Messages are a length of four bytes and MessagePack. Before each rendering the limits are set: CPU time from now on,
memory in all. What passes them ends the process; the parent sees it, and starts another.
"""

from __future__ import annotations

import resource
import signal
import struct
import sys
from typing import Any, BinaryIO

import msgspec
from jinja2 import TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError

from platform_core.templates.sandbox import Sandbox, environment

_CPU_SECONDS = 0.8
_MEMORY = 768 * 1024 * 1024
_FILE = "template"


def main() -> None:
    """Until the parent closes the pipe."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    while request := _read(asked):
        # CPU time of this rendering; nobody handles the signal, so it ends the process, whatever C code is in.
        signal.setitimer(signal.ITIMER_PROF, _CPU_SECONDS)
        body = msgspec.msgpack.encode(_answer(request))
        signal.setitimer(signal.ITIMER_PROF, 0)
        answers.write(struct.pack(">I", len(body)) + body)
        answers.flush()


def _read(pipe: BinaryIO) -> dict[str, Any] | None:
    head = pipe.read(4)
    if len(head) < 4:
        return None
    (size,) = struct.unpack(">I", head)
    request: dict[str, Any] = msgspec.msgpack.decode(pipe.read(size))
    return request


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    source, limit = request["source"], request["limit"]
    try:
        made = environment(request["language"], request["zone"], html=request["html"])
        if request["values"] is None:
            made.parse(source)
            made.compile(source, filename=_FILE)
            return {"text": ""}
        return {"text": _render(made, source, request["values"], limit)}
    except TemplateSyntaxError as exc:
        return _failure("template_syntax", exc.lineno, exc.message or "This cannot be read.")
    except SecurityError as exc:
        return _failure("template_refused", _line(exc), str(exc))
    except UndefinedError as exc:
        return _failure("template_value", _line(exc), str(exc))
    except _TooLong:
        return _failure("template_limit", 0, "The result is too long.")
    except (MemoryError, RecursionError, OverflowError):
        return _failure("template_limit", 0, "The template needs too much memory.")
    except (
        TemplateError,
        ValueError,
        TypeError,
        KeyError,
        ArithmeticError,
        AttributeError,
        LookupError,
    ) as exc:
        return _failure("template_value", _line(exc), str(exc)[:300] or type(exc).__name__)


class _TooLong(Exception):
    """More output than allowed."""


def _render(made: Sandbox, source: str, values: dict[str, Any], limit: int) -> str:
    pieces: list[str] = []
    length = 0
    for piece in made.from_string(source).generate(values):
        length += len(piece)
        if length > limit:
            raise _TooLong
        pieces.append(piece)
    return "".join(pieces)


def _failure(code: str, line: int, sentence: str) -> dict[str, Any]:
    return {"code": code, "line": line, "sentence": sentence[:500]}


def _line(exc: BaseException) -> int:
    """The line of the template in a traceback; 0 where none is known. The innermost frame of the template counts."""
    found, trace = 0, exc.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in ("<template>", _FILE):
            found = trace.tb_lineno
        trace = trace.tb_next
    return found


if __name__ == "__main__":
    main()

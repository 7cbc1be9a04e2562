"""The doctor: looks at everything an installation stands on and says what is well, what is not, and what to do.

Each check stands alone: one that breaks is a finding itself and does not keep the others from being made. Nothing is
changed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Literal

import msgspec

from platform_core.errors import TradewindError

State = Literal["ok", "warn", "fail"]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What one check found. `remedy` is what to do, empty where all is well."""

    check: str
    state: State
    found: str
    remedy: str = ""


Check = Callable[[], Awaitable[Sequence[Finding]]]


def ok(check: str, found: str) -> Finding:
    """All is well."""
    return Finding(check=check, state="ok", found=found)


def warn(check: str, found: str, remedy: str) -> Finding:
    """It works, and somebody should look."""
    return Finding(check=check, state="warn", found=found, remedy=remedy)


def fail(check: str, found: str, remedy: str) -> Finding:
    """It does not work."""
    return Finding(check=check, state="fail", found=found, remedy=remedy)


async def examine(checks: Sequence[tuple[str, Check]]) -> list[Finding]:
    """Every finding, in the order of the checks."""
    found: list[Finding] = []
    for name, check in checks:
        try:
            found += await check()
        except TradewindError as exc:
            found.append(failed(name, exc))
        except Exception as exc:  # noqa: BLE001 - a check that breaks is a finding too
            found.append(fail(name, f"{type(exc).__name__}: {exc}", "This check could not be made."))
    return found


def failed(check: str, error: TradewindError) -> Finding:
    """A check that ended in one of our errors."""
    return fail(check, error.text, error.remedy.format_map(_Kept(error.params)) if error.remedy else "")


class _Kept(dict[str, object]):
    """Leaves an unknown place of a sentence as it stands."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"

"""Who writes down that a secret was changed: a port, filled by the host with the audit, which stands on our keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from platform_core.audit import Who


class Recorder(Protocol):
    """`audit.write`."""

    async def __call__(
        self,
        action: str,
        *,
        actor: Who,
        kind: str = ...,
        subject: str = ...,
        detail: Mapping[str, object] | None = ...,
    ) -> None: ...


_recorder: Recorder | None = None


def record_with(recorder: Recorder) -> None:
    """Every change of a named secret is told to `recorder`, in the same transaction."""
    global _recorder
    _recorder = recorder


async def record(action: str, name: str, actor: Who) -> None:
    """Notes one change. Raises RuntimeError where nobody records: a secret is never changed unseen."""
    if _recorder is None:
        raise RuntimeError("nobody records changes of secrets: call secrets.record_with(audit.write)")
    await _recorder(action, actor=actor, kind="secret", subject=f"secret/{name}")

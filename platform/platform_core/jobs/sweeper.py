"""The sweeper of one process: sweeps, and notices when the clock of the machine jumps."""

from __future__ import annotations

import asyncio
import logging

from platform_core import clock, database
from platform_core.jobs.duties import last_sweep
from platform_core.jobs.model import LEASE
from platform_core.jobs.queue import purge
from platform_core.jobs.sweeping import KEEP, mend_rests, sweep

_log = logging.getLogger("tradewind.jobs")
_JUMP_SECONDS = 5.0
_PURGE_SECONDS = 3600.0
SWEEP_SECONDS = 5.0
"""How often to sweep."""


class Sweeper:
    """Sweeps for a process. Keep one for its life: it compares the wall clock with one that cannot jump."""

    def __init__(self) -> None:
        self._wall = clock.now()
        self._steady = _steady()
        self._patient_until = 0.0
        self._purged = float("-inf")

    async def sweep(self) -> int:
        """One round. After a jump of the clock no lease is freed for a while: living workers renew theirs first."""
        jump = self._jump()
        if abs(jump) > _JUMP_SECONDS:
            _log.warning("the clock of this machine has jumped by %.0f seconds", jump)
            self._patient_until = _steady() + LEASE.total_seconds()
        if jump < -_JUMP_SECONDS:
            await mend_rests()
        freed = await sweep(free=_steady() >= self._patient_until)
        if _steady() - self._purged > _PURGE_SECONDS:
            self._purged = _steady()
            await purge(clock.now() - KEEP)
        return freed

    async def sweep_if_nobody_does(self) -> None:
        """A round where the last one, of whatever process, is too long ago."""
        swept = await last_sweep()
        if swept is None or abs((clock.now() - swept).total_seconds()) > 3 * SWEEP_SECONDS:
            await self.sweep()

    def _jump(self) -> float:
        """By how many seconds the wall clock has moved more than time has passed since the last call."""
        wall, steady = clock.now(), _steady()
        moved = (wall - self._wall).total_seconds() - (steady - self._steady)
        self._wall, self._steady = wall, steady
        return moved


def _steady() -> float:
    return asyncio.get_running_loop().time()


async def quietly_sweep(sweeper: Sweeper) -> None:
    """A round whose failure is logged: the next one comes."""
    try:
        await sweeper.sweep()
    except database.DatabaseError:
        _log.exception("the sweeper cannot reach the jobs; it tries again")

"""The demo company is there whole or not at all."""

from __future__ import annotations

import multiprocessing
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from tests.fixtures_crm import copy_installation
from tests.trade_crm import demo_program
from trade_crm.demo.companies import COMPANIES

_SECONDS = 90
KILL_AT = 2500
"""A statement in the middle of the story."""


def test_a_load_that_was_killed_leaves_nothing_and_the_next_one_loads_it_all(
    engine: str, tmp_path: Path
) -> None:
    url, folder = copy_installation(engine, tmp_path), str(tmp_path / "data")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.trade_crm.demo_program"])
    killed = context.Process(target=demo_program.load_and_die, args=(url, folder, KILL_AT))
    killed.start()
    assert _ended(killed) == demo_program.KILLED
    receiver, sender = context.Pipe(duplex=False)
    next_one = context.Process(target=demo_program.look_and_load, args=(url, folder, sender))
    next_one.start()
    sender.close()
    assert receiver.recv() == (False, False)
    made, customers, loaded = receiver.recv()
    assert _ended(next_one) == 0
    assert (customers, loaded) == (len(COMPANIES), True)
    assert made > 500


def _ended(process: ForkServerProcess) -> int | None:
    process.join(_SECONDS)
    return process.exitcode

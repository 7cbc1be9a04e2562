"""`tradewind worker` and `tradewind beat` where Celery carries the jobs."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Sequence

from celery import Celery, signals
from celery.beat import Scheduler

from platform_core import jobs
from platform_core.plugins import Registry
from platform_core.settings import Settings
from platform_host.celery.app import RUN, SWEEP, SWEEP_QUEUE, make_app
from platform_host.celery.runtime import Runtime

_CHATTY = ("celery.worker.strategy", "celery.app.trace", "celery.beat")


def work(
    current: Settings, registry: Registry, *, concurrency: int, queues: Sequence[jobs.Queue], grace: float
) -> None:
    """Runs a Celery worker with `concurrency` processes until SIGTERM or SIGINT; running jobs then get `grace`
    seconds before they are given back."""
    _hush()
    app = make_app(current)
    lifeline, held = os.pipe()
    _add_tasks(app, _Process(registry, queues, lifeline, held))
    signals.worker_shutting_down.connect(_let_go_after(grace, held), weak=False)
    worker = app.Worker(
        pool="prefork",
        concurrency=concurrency,
        queues=[*queues, SWEEP_QUEUE],
        loglevel=current.log_level.upper(),
        quiet=True,
        without_gossip=True,
        without_mingle=True,
    )
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    worker.start()


def beat(current: Settings) -> None:
    """Fires the sweeper every few seconds, and nothing else, until it is stopped."""
    _hush()
    # The plain scheduler keeps no file: there is nothing to remember.
    make_app(current).Beat(
        scheduler_cls=Scheduler, loglevel=current.log_level.upper(), quiet=True, redirect_stdouts=False
    ).run()


def _hush() -> None:
    """A line for each message would drown what matters; jobs log for themselves."""
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


class _Process:
    """Holds the runtime of this worker process; in the parent there is none."""

    def __init__(self, registry: Registry, queues: Sequence[jobs.Queue], lifeline: int, held: int) -> None:
        self._parts = (registry, queues, lifeline)
        self._held = held
        self._runtime: Runtime | None = None
        signals.worker_process_init.connect(self._begin, weak=False)
        signals.worker_process_shutdown.connect(self._end, weak=False)

    def _begin(self, **_facts: object) -> None:
        os.close(self._held)  # the parent's end: the pipe must close with the parent
        self._runtime = Runtime(*self._parts)
        self._runtime.start()

    def _end(self, **_facts: object) -> None:
        if self._runtime is not None:
            self._runtime.stop()

    @property
    def runtime(self) -> Runtime:
        if self._runtime is None:
            raise RuntimeError("a task reached the parent process")
        return self._runtime


def _add_tasks(app: Celery, process: _Process) -> None:
    @app.task(name=RUN)  # type: ignore[untyped-decorator]  # Celery ships no types
    def run_job(job_id: str) -> None:
        process.runtime.work(job_id)

    @app.task(name=SWEEP)  # type: ignore[untyped-decorator]  # Celery ships no types
    def sweep_jobs() -> None:
        process.runtime.sweep()

    app.finalize()


def _let_go_after(grace: float, held: int) -> object:
    """What the parent does when it is told to stop: after a while it closes its end of the pipe."""

    def let_go(**_facts: object) -> None:
        timer = threading.Timer(grace, os.close, (held,))
        timer.daemon = True
        timer.start()

    return let_go

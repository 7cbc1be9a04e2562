"""`tradewind worker` and `tradewind beat`: processes that only work on jobs."""

from __future__ import annotations

import asyncio
import signal
from typing import cast

import click

from platform_core import jobs, settings
from platform_core.errors import TradewindError
from platform_host import celery
from platform_host.assembly import assemble
from platform_host.cli.session import data_option, use_settings
from platform_host.lifecycle import running
from platform_host.memory import settle_down


@click.command()
@data_option
@click.option(
    "--concurrency", default=4, show_default=True, type=click.IntRange(1, 64), help="Jobs at the same time."
)
@click.option(
    "--queue",
    "queues",
    multiple=True,
    type=click.Choice(jobs.QUEUES),
    help="Only these; repeatable (default: all).",
)
@click.option(
    "--grace", default=20, show_default=True, type=click.IntRange(0, 3600),
    help="Seconds that running jobs get when the worker is told to stop.",
)  # fmt: skip
def worker(data: str | None, concurrency: int, queues: tuple[str, ...], grace: int) -> None:
    """Work on jobs until told to stop.

    With Redis and PostgreSQL this is a Celery worker, of which there may be any number; otherwise a worker that looks
    into the database itself. SIGTERM and Ctrl+C let running jobs end, or give them back after the grace.
    """
    current = use_settings(stays=True, data=data)
    chosen = cast("tuple[jobs.Queue, ...]", queues or jobs.QUEUES)  # click has checked the names
    if celery.is_used(current):
        from platform_host.celery.worker import work

        click.echo("working for Celery; stop with Ctrl+C")
        work(current, assemble(), concurrency=concurrency, queues=chosen, grace=grace)
        return
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_work(concurrency, chosen, grace))


async def _work(concurrency: int, queues: tuple[jobs.Queue, ...], grace: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with running(assemble(), worker=False, install=False, role="worker"):
        pool = jobs.Worker(concurrency=concurrency, queues=queues, mode="process")
        await pool.start()
        settle_down()
        click.echo("working; stop with Ctrl+C" if pool.on_duty else "another process works; standing by")
        await stop.wait()
        await pool.stop(grace)


@click.command()
@data_option
def beat(data: str | None) -> None:
    """Tell the Celery workers every five seconds to look for jobs. One per installation; only with Redis.

    It fires nothing else: timers and schedules are rows, and workers look by themselves where there is no beat.
    """
    current = use_settings(stays=True, data=data)
    if not celery.is_used(current):
        raise TradewindError(
            "There is nothing to beat for: jobs are not carried by Celery here.",
            remedy="Set TRADEWIND_REDIS_URL and a PostgreSQL TRADEWIND_DATABASE_URL, or just run: tradewind worker",
        )
    from platform_host.celery.worker import beat as run_beat

    click.echo("beating; stop with Ctrl+C")
    run_beat(settings.current())

"""`tradewind worker`: a process that only works on jobs."""

from __future__ import annotations

import asyncio
import signal

import click

from platform_core import jobs
from platform_host.assembly import assemble
from platform_host.cli.session import data_option, use_settings
from platform_host.lifecycle import running


@click.command()
@data_option
@click.option("--concurrency", default=4, show_default=True, type=click.IntRange(1, 64))
def worker(data: str | None, concurrency: int) -> None:
    """Work on jobs until told to stop (SIGTERM or Ctrl+C finish the running ones)."""
    use_settings(data=data)
    asyncio.run(_work(concurrency))


async def _work(concurrency: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with running(assemble(), worker=False, install=False):
        pool = jobs.Worker(concurrency=concurrency)
        await pool.start()
        click.echo("working; stop with Ctrl+C")
        await stop.wait()
        await pool.stop(20.0)

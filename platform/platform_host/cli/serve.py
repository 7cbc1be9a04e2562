"""`tradewind serve`: the web process, with the embedded worker unless told otherwise."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Iterator, Sequence
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING

import click
import uvicorn

from platform_core import api, identity, settings, web
from platform_core.errors import TradewindError
from platform_host.app import create_app
from platform_host.assembly import assemble
from platform_host.cli.session import data_option, use_settings
from platform_host.demo import demo_password, may_load_by_itself, on_loopback
from platform_host.lifecycle import running
from platform_host.memory import settle_down

if TYPE_CHECKING:
    from trade_crm.demo import DemoAccount


@click.command()
@click.option("--host", metavar="ADDRESS", help="Address to listen on (default 127.0.0.1).")
@click.option("--port", metavar="PORT", help="Port to listen on (default 8000; 0 takes a free one).")
@data_option
@click.option("--no-demo", is_flag=True, help="Do not load the demo company into an empty installation.")
@click.option("--no-worker", is_flag=True, help="Leave the jobs to separate worker processes.")
def serve(host: str | None, port: str | None, data: str | None, no_demo: bool, no_worker: bool) -> None:
    """Serve the screens and the API."""
    current = use_settings(
        host=host,
        port=port,
        data=data,
        demo="false" if no_demo else None,
        worker="false" if no_worker else None,
        stays=True,
    )
    with _listening(current) as listener:
        _run(current, listener)


def _run(current: settings.Settings, listener: socket.socket) -> None:
    """One event loop for the life of the process; uvloop where it is installed."""
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(current, listener))


async def _serve(current: settings.Settings, listener: socket.socket) -> None:
    registry = assemble()
    async with running(registry, worker=current.worker, role="web", prepare=partial(_load_demo, current)):
        accounts = await _demo(current)
        config = uvicorn.Config(
            create_app(registry), log_config=None, access_log=False, lifespan="off", server_header=False,
            timeout_graceful_shutdown=10, proxy_headers=bool(current.trusted_proxies),
            forwarded_allow_ips=list(current.trusted_proxies),
        )  # fmt: skip
        server = _Server(config)
        settle_down()
        listener.listen(config.backlog)  # who reads the line below is answered, if a moment later
        _announce(current, listener.getsockname()[1], accounts)
        if not await identity.count_users():
            click.echo("There is no account yet. Create the first one:")
            click.echo(
                f'  tradewind user create you@company.com --name "Your name" --role admin --data {current.data}'
            )
        await server.serve(sockets=[listener])


class _Server(uvicorn.Server):
    """Stops at a signal and returns, so that what it stands on is closed in order.

    The library would raise the signal again at the end, and the process would die before that.
    """

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Streams end at once: nobody has to wait for a browser that listens."""
        api.end_streams()
        super().handle_exit(sig, frame)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop, numbers = asyncio.get_running_loop(), (signal.SIGTERM, signal.SIGINT)
        for number in numbers:
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in numbers:
                loop.remove_signal_handler(number)


def _listening(current: settings.Settings) -> contextlib.closing[socket.socket]:
    """The listening socket, bound before anything is opened, so that a taken port is the first thing said."""
    family = socket.AF_INET6 if ":" in current.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((current.host, current.port))
    except OSError as error:
        listener.close()
        raise TradewindError(
            "Cannot listen on {host}:{port}: {reason}.",
            params={"host": current.host, "port": current.port, "reason": error.strerror or str(error)},
            remedy="Choose another port: tradewind serve --port 9000",
        ) from error
    return contextlib.closing(listener)


async def _load_demo(current: settings.Settings) -> None:
    """Load the demo company where that is due."""
    # Only here: the demo's year of history and its libraries are for whoever has a demo.
    from trade_crm import demo as company

    if await may_load_by_itself(current) and not await company.is_loaded():
        click.echo("Loading the demo company …")
        await company.load(demo_password(current))


async def _demo(current: settings.Settings) -> tuple[DemoAccount, ...]:
    """The accounts of the demo company, where they may be used, also for the sign-in page."""
    from trade_crm import demo as company

    if not (current.demo and on_loopback(current.host) and await company.is_loaded()):
        return ()
    accounts = company.demo_accounts()
    offered = tuple(web.DemoAccount(each.email, f"{each.name}, {each.role}") for each in accounts)
    web.offer_demo_accounts(lambda: offered)
    return accounts


def _announce(current: settings.Settings, port: int, accounts: Sequence[DemoAccount]) -> None:
    """Where to go, and as whom."""
    host = f"[{current.host}]" if ":" in current.host else current.host
    click.echo(f"Tradewind is ready: http://{host}:{port}")
    if accounts:
        click.echo("Demo accounts (this machine only):")
        for account in accounts:
            click.echo(f"  {account.email:<24} {account.role}")
        click.echo(f"  password: {demo_password(current)}")

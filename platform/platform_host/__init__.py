"""The roof: assembles the ASGI app, the worker and the command line. No rules live here."""

from platform_host.app import create_app
from platform_host.assembly import assemble
from platform_host.lifecycle import running

__all__ = ["assemble", "create_app", "running"]

"""The command line: `tradewind …`. Each command is a file; all of them talk to façades only."""

from platform_host.cli.main import main

__all__ = ["main"]

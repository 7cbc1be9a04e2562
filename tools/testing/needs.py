"""What the tests need from the machine beside Python: servers, a browser, fonts."""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

FONT_FOLDER = Path("/usr/share/fonts")


@dataclass(frozen=True)
class Need:
    """Something outside the environment, and the Debian packages that bring it."""

    name: str
    packages: tuple[str, ...]
    is_there: Callable[[], bool]


def _postgresql_is_there() -> bool:
    return shutil.which("initdb") is not None or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def _has_command(*names: str) -> Callable[[], bool]:
    return lambda: any(shutil.which(name) for name in names)


def _has_font(pattern: str) -> Callable[[], bool]:
    return lambda: any(FONT_FOLDER.rglob(pattern))


NEEDS = (
    Need("PostgreSQL", ("postgresql",), _postgresql_is_there),
    Need("Redis", ("redis-server",), _has_command("redis-server")),
    Need("Chromium", ("chromium",), _has_command("chromium", "chromium-browser", "google-chrome")),
    Need("Chinese fonts", ("fonts-noto-cjk",), _has_font("NotoSansCJK*")),
    Need("Arabic fonts", ("fonts-noto-core",), _has_font("NotoSansArabic*")),
)


def missing() -> list[Need]:
    return [need for need in NEEDS if not need.is_there()]


def bring(needs: list[Need]) -> None:
    """Install what is missing where we may: as root, on a Debian-like machine. Elsewhere nothing happens."""
    if not needs or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    packages = [package for need in needs for package in need.packages]
    print(f"Installing for the tests: {' '.join(packages)} …", flush=True)
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    for command in (["apt-get", "update", "-qq"], install):
        done = subprocess.run(
            command, env=quiet, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            print(f"`{' '.join(command)}` failed:\n{done.stderr.strip()}", flush=True)
            return

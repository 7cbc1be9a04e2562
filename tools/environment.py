"""The Python environment in `.venv`, filled from hash-pinned locks."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.steps import ROOT, VENV, SetUpError, run

PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
COMMAND = VENV / "bin" / "tradewind"

NO_INSTALLER = (
    "this Python can make no environment. Install its venv part "
    "(Debian: `apt-get install python3-venv`) and run the same command again."
)
NETWORK_HINT = "Is the package index reachable? The same command goes on where it stopped."


def create() -> None:
    """Make `.venv` with this Python, or leave a healthy one alone; never leave half of one.

    Raises SetUpError if neither ensurepip, nor pip, nor uv could fill it: asked before a file is written.
    """
    if _is_healthy():
        return
    if not _can_be_filled():
        raise SetUpError(NO_INSTALLER)
    shutil.rmtree(VENV, ignore_errors=True)
    try:
        # Without pip first: Debian's Python can do this much even where python3-venv is missing.
        run([sys.executable, "-m", "venv", "--without-pip", VENV], failing=NO_INSTALLER)
        if _has("ensurepip"):
            run([PYTHON, "-m", "ensurepip", "--default-pip"], failing=NO_INSTALLER)
    except BaseException:
        shutil.rmtree(VENV, ignore_errors=True)
        raise


def install_installer() -> None:
    """Bring uv, hatchling and editables into the environment, with whatever installer there is."""
    lock = ROOT / "requirements" / "installer.lock"
    command = _outside_installer() if not _has_own_pip() else [str(PYTHON), "-m", "pip", "install", "--quiet"]
    run([*command, *_from_lock(lock)], failing=f"could not fetch the installer. {NETWORK_HINT}")


def install(lock: Path) -> None:
    """Install exactly what the lock lists, each file checked against its hash; no sources are built."""
    failing = f"could not install {lock.relative_to(ROOT)}. {NETWORK_HINT}"
    try:
        run([*_uv(UV), "--compile-bytecode", *_from_lock(lock)], failing=failing, env=_uv_settings())
    except SetUpError:
        # uv does not read pip's own settings (a mirror, a proxy): where it fails, pip may get through.
        if not _has_own_pip():
            raise
        run([PYTHON, "-m", "pip", "install", "--quiet", *_from_lock(lock)], failing=failing)


def install_project() -> None:
    """Put the rooms on the environment's path (editable) and the `tradewind` command in its bin folder."""
    run(
        [*_uv(UV), "--no-deps", "--no-build-isolation", "--editable", ROOT],
        failing="could not install Tradewind into its own environment.",
    )


def compile_modules() -> None:
    """Keep the compiled form of everything that a start imports, wherever the surroundings forbid to write it: it is
    half of a start."""
    written = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    program = "import platform_host.cli; from platform_host.assembly import assemble; assemble()"
    run([PYTHON, "-c", program], failing="the program cannot be imported.", env=written)


def run_module(module: str) -> None:
    """Run one of our tools inside the environment."""
    run([PYTHON, "-m", module], failing=f"{module} failed.")


def _from_lock(lock: Path) -> list[str]:
    return ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--requirement", str(lock)]


def _uv(uv: Path | str) -> list[str]:
    return [str(uv), "pip", "install", "--quiet", "--python", str(PYTHON)]


def _uv_settings() -> dict[str, str]:
    settings = dict(os.environ)
    if "PIP_INDEX_URL" in settings:
        settings.setdefault("UV_DEFAULT_INDEX", settings["PIP_INDEX_URL"])
    return settings


def _outside_installer() -> list[str]:
    uv = shutil.which("uv")
    if uv:
        return _uv(uv)
    return [sys.executable, "-m", "pip", "--python", str(PYTHON), "install", "--quiet"]


def _can_be_filled() -> bool:
    return _has("venv") and (_has("ensurepip") or _has("pip") or shutil.which("uv") is not None)


def _has(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _has_own_pip() -> bool:
    return (VENV / "bin" / "pip").exists()


def _is_healthy() -> bool:
    """Whether `.venv` runs, and runs the same Python as this one (an upgrade of the system's breaks it)."""
    if not PYTHON.exists():
        return False
    asked = subprocess.run(
        [PYTHON, "-c", "import sys; print(*sys.version_info[:2])"],
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.stdout.split() == [str(part) for part in sys.version_info[:2]]

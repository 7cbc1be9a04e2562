"""The rooms of the house and the files in them, for the tests of this folder."""

from collections.abc import Iterator
from pathlib import Path

from tools.steps import ROOT
from tools.tracked_text import tracked_files

CORE = ROOT / "platform" / "platform_core"
PRODUCT = ("platform/", "form_engine/", "flow_engine/", "report_engine/", "apps/", "plugins/")


def product_files(*endings: str) -> list[Path]:
    """Our own product files with one of these endings; third-party browser files are not among them."""
    return [ROOT / name for name in tracked_files() if name.startswith(PRODUCT) and name.endswith(endings)]


def facades() -> Iterator[tuple[str, Path]]:
    """(import name, `__init__.py`) of every room and of every subject of the core."""
    for subject in sorted(path for path in CORE.iterdir() if any(path.glob("*.py"))):
        yield f"platform_core.{subject.name}", subject / "__init__.py"
    for name, folder in {
        "platform_host": ROOT / "platform" / "platform_host",
        "form_engine": ROOT / "form_engine",
        "flow_engine": ROOT / "flow_engine",
        "report_engine": ROOT / "report_engine",
        "trade_crm": ROOT / "apps" / "trade_crm",
    }.items():
        yield name, folder / "__init__.py"
    for plugin in sorted((ROOT / "plugins").glob("*/__init__.py")):
        yield plugin.parent.name, plugin


def is_empty_room(facade: Path) -> bool:
    """A room that is laid out and has nothing in it yet."""
    return not [path for path in facade.parent.rglob("*.py") if path != facade]

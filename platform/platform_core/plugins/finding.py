"""Where plugins are: `plugins/` of a checkout, `<data>/plugins`, and installed Python packages.

Nothing of a plugin runs here; only its manifest is read. Of two plugins of one name the first place wins, so that a
checkout stands before an installed copy of itself; the other one is told in the log.
"""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, entry_points
from importlib.metadata import version as package_version
from pathlib import Path
from typing import Literal

from msgspec import Struct

from platform_core import settings
from platform_core.errors import Problem
from platform_core.i18n import N_
from platform_core.plugins.errors import InvalidManifest, NoSuchPlugin
from platform_core.plugins.manifest import MANIFEST, Manifest, parse_manifest
from platform_core.plugins.versions import fits

GROUP = "tradewind.plugins"
"""The entry point group of installed packages: `name = "package"`."""
_log = logging.getLogger("tradewind.plugins")

Place = Literal["checkout", "data", "package"]


class Found(Struct, frozen=True, kw_only=True):
    """A plugin that lies somewhere. `manifest` is None where `problems` stand in its way.

    `folder` is the package itself: the folder with `plugin.toml` and `__init__.py`.
    """

    name: str
    place: Place
    folder: Path
    manifest: Manifest | None
    problems: tuple[Problem, ...] = ()

    @property
    def usable(self) -> Manifest:
        """The manifest. InvalidManifest where there is none."""
        if self.manifest is None or self.problems:
            raise InvalidManifest(self.name, self.problems)
        return self.manifest


def find_plugins() -> dict[str, Found]:
    """Every plugin by name, usable or not."""
    found: dict[str, Found] = {}
    for place, folder in _folders():
        one = read_plugin(folder, place)
        first = found.setdefault(one.name, one)
        if first is not one and first.folder.resolve() != one.folder.resolve():
            _log.warning(
                "the plugin '%s' in %s is not used: %s stands first", one.name, one.folder, first.folder
            )
    return dict(sorted(found.items()))


def find_plugin(name: str) -> Found:
    """The plugin of that name. NoSuchPlugin where there is none."""
    found = find_plugins()
    if name not in found:
        raise NoSuchPlugin(name, known=found)
    return found[name]


def read_plugin(folder: Path, place: Place = "data") -> Found:
    """The plugin in a folder; what is wrong with it stands in `problems`."""
    try:
        text = (folder / MANIFEST).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        params: dict[str, object] = {"reason": getattr(exc, "strerror", None) or str(exc)}
        message = N_("plugin.toml cannot be read: {reason}.")
        problems: tuple[Problem, ...] = (Problem(pointer="", code="file", message=message, params=params),)
        return Found(name=folder.name, place=place, folder=folder, manifest=None, problems=problems)
    manifest, problems = parse_manifest(text)
    if manifest is not None:
        problems = tuple(_misfits(manifest, folder))
    name = manifest.name if manifest is not None else folder.name
    return Found(name=name, place=place, folder=folder, manifest=manifest, problems=problems)


def checkout_plugins() -> Path | None:
    """`plugins/` of the checkout this program runs from; None for an installed program."""
    core = Path(__file__).resolve().parents[1]
    folder = core.parents[1] / "plugins"
    return folder if core.parent.name == "platform" and folder.is_dir() else None


def data_plugins() -> Path:
    """`<data>/plugins`: where an operator puts plugins that are no Python packages."""
    return settings.current().data / "plugins"


def _folders() -> Iterator[tuple[Place, Path]]:
    checkout = checkout_plugins()
    places: list[tuple[Place, Path]] = [("checkout", checkout)] if checkout else []
    places.append(("data", data_plugins()))
    for place, shelf in places:
        if shelf.is_dir():
            yield from ((place, each.parent) for each in sorted(shelf.glob(f"*/{MANIFEST}")))
    for point in sorted(entry_points(group=GROUP), key=lambda one: one.name):
        package = point.value.partition(":")[0].partition(".")[0]
        spec = importlib.util.find_spec(package)
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            yield "package", Path(folder)


def _program_version() -> str:
    """The version of this program; settings made by hand do not tell it."""
    return settings.current().version or package_version("tradewind")


def _misfits(manifest: Manifest, folder: Path) -> Iterator[Problem]:
    """What keeps a well-formed plugin from this installation."""
    if folder.name != manifest.name:
        message = N_("The package of the plugin '{name}' lies in a folder called '{folder}'.")
        params: dict[str, object] = {"name": manifest.name, "folder": folder.name}
        yield Problem(pointer="/name", code="folder", message=message, params=params)
    if not (folder / "__init__.py").is_file():
        message = N_("The package has no __init__.py with a function register(registry).")
        yield Problem(pointer="", code="package", message=message)
    ours = _program_version()
    if not fits(ours, manifest.tradewind):
        message = N_("It works with Tradewind {wanted}; this is {ours}.")
        yield Problem(
            pointer="/tradewind", code="version_range", message=message,
            params={"wanted": manifest.tradewind, "ours": ours},
            remedy=N_("Install a version of the plugin for this program."),
        )  # fmt: skip
    if manifest.definitions and not (folder / manifest.definitions / "app.json").is_file():
        message = N_("The folder '{folder}' has no app.json.")
        params = {"folder": manifest.definitions}
        yield Problem(pointer="/definitions", code="definitions", message=message, params=params)
    for place, requirement in enumerate(manifest.requires):
        yield from _lacking(requirement, f"/requires/{place}")


def _lacking(requirement: str, pointer: str) -> Iterator[Problem]:
    """A Python package that is not there, or too old."""
    name = requirement
    for sign in "<>=!~ ":
        name = name.partition(sign)[0]
    wanted = requirement.removeprefix(name).strip()
    params: dict[str, object] = {"package": name, "wanted": wanted}
    remedy = N_("Install it where Tradewind runs: pip install '{package}{wanted}'")
    try:
        there = package_version(name)
    except PackageNotFoundError:
        message = N_("The Python package {package} is not installed.")
        yield Problem(pointer=pointer, code="requirement", message=message, params=params, remedy=remedy)
        return
    try:
        fine = fits(there, wanted)
    except ValueError:
        fine = False
    if not fine:
        message = N_("The Python package {package} is {there}; the plugin needs {wanted}.")
        yield Problem(
            pointer=pointer, code="requirement", message=message, params={**params, "there": there}, remedy=remedy
        )  # fmt: skip

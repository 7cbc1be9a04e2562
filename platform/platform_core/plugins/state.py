"""Which plugins are installed: one row each, read by every process when the catalog's version moves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, cast

from msgspec import Struct

from platform_core import clock, database
from platform_core.plugins.manifest import Manifest

SIGNATURES = "function_signatures"
"""Where `touches` keeps how the plugin's functions are called."""

Stage = Literal["installing", "installed", "removing"]
OffBecause = Literal["", "admin", "failures"]

_ERROR_CHARACTERS = 1000
_COLUMNS = (
    "name, version, stage, enabled, off_because, settings, touches, label, installed_at, installed_by, changed_at,"
    " failures, last_error, failed_at"
)


class PluginState(Struct, frozen=True, kw_only=True):
    """What is kept of an installed plugin. `touches` is what its manifest announced when it was installed: with it the
    program knows what is missing when the plugin is. `failures` counts since it was last switched on."""

    name: str
    version: str
    stage: Stage
    enabled: bool
    off_because: OffBecause
    settings: Mapping[str, object]
    touches: Mapping[str, tuple[str, ...]]
    label: Mapping[str, str]
    installed_at: datetime
    installed_by: str
    changed_at: datetime
    failures: int = 0
    last_error: str | None = None
    failed_at: datetime | None = None

    @property
    def signatures(self) -> dict[str, list[str]]:
        """The ways to call each of its functions."""
        found: dict[str, list[str]] = {}
        for line in self.touches.get(SIGNATURES, ()):
            name, _tab, way = line.partition("\t")
            found.setdefault(name, []).append(way)
        return found

    @property
    def is_wanted(self) -> bool:
        """Whether its code is to run."""
        return self.enabled and self.stage == "installed"


async def states() -> dict[str, PluginState]:
    """Every installed plugin by name."""
    rows = await database.fetch_tuples(f"SELECT {_COLUMNS} FROM tw_plugin ORDER BY name")
    return {one.name: one for one in map(_state, rows)}


async def state_of(name: str) -> PluginState | None:
    """One installed plugin; None where it is not."""
    rows = await database.fetch_tuples(f"SELECT {_COLUMNS} FROM tw_plugin WHERE name = ?", (name,))
    return _state(rows[0]) if rows else None


async def insert(manifest: Manifest, settings: Mapping[str, object], installed_by: str) -> None:
    """A row for a plugin that is being installed, switched off as yet."""
    now = clock.now()
    await database.execute(
        f"INSERT INTO tw_plugin ({_COLUMNS}) VALUES (?, ?, 'installing', ?, '', ?, ?, ?, ?, ?, ?, 0, NULL, NULL)",
        (manifest.name, manifest.version, False, dict(settings), _touches(manifest), dict(manifest.label), now,
         installed_by, now),
    )  # fmt: skip


async def set_version(manifest: Manifest, signatures: Mapping[str, tuple[str, ...]]) -> None:
    """The installed version is now the one of this manifest; `signatures` are those of its functions."""
    sql = "UPDATE tw_plugin SET version = ?, touches = ?, label = ?, changed_at = ? WHERE name = ?"
    touches = _touches(manifest) | {
        SIGNATURES: [f"{name}\t{way}" for name, ways in signatures.items() for way in ways]
    }
    values = (manifest.version, touches, dict(manifest.label), clock.now(), manifest.name)
    await database.execute(sql, values)


async def set_stage(name: str, stage: Stage, *, enabled: bool, off_because: OffBecause = "") -> None:
    """Where it stands. Switching it on forgets its failures, but not the last one's text."""
    cleared = ", failures = 0" if enabled else ""
    sql = f"UPDATE tw_plugin SET stage = ?, enabled = ?, off_because = ?, changed_at = ?{cleared} WHERE name = ?"
    await database.execute(sql, (stage, enabled, off_because, clock.now(), name))


async def set_settings(name: str, settings: Mapping[str, object]) -> None:
    """Its settings, without secrets."""
    sql = "UPDATE tw_plugin SET settings = ?, changed_at = ? WHERE name = ?"
    await database.execute(sql, (dict(settings), clock.now(), name))


async def note_failure(name: str, error: str) -> None:
    """One more failure."""
    sql = "UPDATE tw_plugin SET failures = failures + 1, last_error = ?, failed_at = ? WHERE name = ?"
    await database.execute(sql, (error[:_ERROR_CHARACTERS], clock.now(), name))


async def delete(name: str) -> None:
    """It is no longer installed."""
    await database.execute("DELETE FROM tw_plugin WHERE name = ?", (name,))


def _touches(manifest: Manifest) -> dict[str, list[str]]:
    return {point: list(names) for point, names in manifest.touches.items()}


def _state(row: tuple[object, ...]) -> PluginState:
    (
        name,
        version,
        stage,
        enabled,
        because,
        settings,
        touches,
        label,
        at,
        by,
        changed,
        failures,
        error,
        failed,
    ) = row
    named = cast("Mapping[str, list[str]]", touches)
    return PluginState(
        name=str(name),
        version=str(version),
        stage=cast("Stage", stage),
        enabled=bool(enabled),
        off_because=cast("OffBecause", because),
        settings=cast("Mapping[str, object]", settings),
        touches={point: tuple(names) for point, names in named.items()},
        label=cast("Mapping[str, str]", label),
        installed_at=cast("datetime", at),
        installed_by=str(by),
        changed_at=cast("datetime", changed),
        failures=int(str(failures)),
        last_error=None if error is None else str(error),
        failed_at=cast("datetime | None", failed),
    )

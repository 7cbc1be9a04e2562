"""Which rooms there are, and the order in which they enter."""

from __future__ import annotations

import form_engine
import trade_crm
from platform_core import (
    api,
    audit,
    calendars,
    currencies,
    database,
    deadlines,
    definitions,
    expressions,
    files,
    identity,
    inbox,
    jobs,
    notifications,
    operations,
    permissions,
    plugins,
    records,
    search,
    secrets,
    web,
)
from platform_core.plugins import Register, Registry, Room

_ROOMS: tuple[tuple[str, Register], ...] = (
    ("form_engine", form_engine.register),
    ("trade_crm", trade_crm.register),
)
"""Engines, then apps. Plugins follow by the same door, `Registry.enter`, once it is known which are switched on."""


def assemble() -> Registry:
    """Everything the rooms contribute, ready for `create_app` and `running`."""
    registry = Registry()
    _enter_core(registry)
    for name, register in _ROOMS:
        registry.enter(Room(name, register))
    return registry


def _enter_core(registry: Registry) -> None:
    """The core's own contributions, by the same door as everybody's."""
    for subject in (
        secrets,
        identity,
        audit,
        jobs,
        definitions,
        records,
        calendars,
        currencies,
        deadlines,
        files,
        search,
        notifications,
        inbox,
        plugins,
        api,
    ):
        registry.add_migrations(subject.MIGRATIONS)
    registry.add_migrations(operations.MIGRATIONS)
    for name, arguments, function in expressions.SQLITE_FUNCTIONS:
        database.register_sqlite_function(name, arguments, function)
    secrets.record_with(audit.write)
    permissions.enter()
    operations.enter()
    registry.add_kind(permissions.RoleKind())
    registry.add_kind(web.AppKind())
    registry.add_reference("file", files.FileReferences())
    for kind in definitions.rollout_jobs():
        registry.add_job_kind(kind)
    registry.add_job_kind(jobs.JobKind(files.SWEEP, files.sweep, queue="bulk"))
    registry.add_schedule(files.SWEEPING)
    registry.add_job_kind(jobs.JobKind(files.SWEEP_STORE, files.sweep_store, queue="bulk"))
    registry.add_schedule(files.SWEEPING_STORE)
    registry.add_job_kind(jobs.JobKind(records.PURGE, records.purge_job, queue="bulk"))
    registry.add_job_kind(jobs.JobKind(web.RESET_MAIL, web.write_reset_mail, forget_payload=True))
    registry.add_schedule(records.PURGING)
    registry.add_job_kind(jobs.JobKind(records.RESEAL, records.reseal_job, queue="bulk"))
    registry.add_schedule(records.RESEALING)
    registry.add_job_kind(jobs.JobKind(records.SPREAD, records.spread_job, queue="bulk"))
    registry.add_job_kind(jobs.JobKind(search.REBUILD, search.rebuild_job, queue="bulk"))
    files.enter()
    search.enter()
    _enter_messages(registry)
    _enter_time(registry)
    registry.add_routes(api.routes())
    registry.add_routes(web.routes())
    plugins.enter(registry)


def _enter_messages(registry: Registry) -> None:
    """Notices and mail."""
    registry.add_job_kind(
        jobs.JobKind(notifications.MAIL, notifications.mail_job, queue="effect", forget_payload=True)
    )
    registry.add_job_kind(jobs.JobKind(notifications.DIGEST, notifications.digest_job, queue="bulk"))
    registry.add_job_kind(jobs.JobKind(notifications.PURGE, notifications.purge_job, queue="bulk"))
    registry.add_schedule(notifications.DIGESTING)
    registry.add_schedule(notifications.PURGING)
    notifications.enter()
    registry.add_job_kind(
        jobs.JobKind(inbox.PROCESS, inbox.process_job, on_dead=inbox.process_dead, queue="effect")
    )
    registry.add_job_kind(jobs.JobKind(inbox.PURGE, inbox.purge_job, queue="bulk"))
    registry.add_schedule(inbox.PURGING)
    registry.add_receiver(inbox.WEBHOOK)
    api.relay_changes()


def _enter_time(registry: Registry) -> None:
    """Working hours, deadlines, rates of exchange."""
    calendars.enter()
    deadlines.enter()
    currencies.enter()
    registry.declare("rate_source", currencies.add_source)
    registry.add_job_kind(jobs.JobKind(currencies.FETCH, currencies.fetch_job, queue="effect"))
    registry.add_schedule(currencies.FETCHING)
    registry.add_job_kind(jobs.JobKind(deadlines.FIRE, deadlines.fire_job))
    registry.add_job_kind(jobs.JobKind(deadlines.REPLAN, deadlines.replan_job, queue="bulk"))

"""An app that leaves takes along what the shared tables keep of its records: nothing points to what is gone."""

from __future__ import annotations

from platform_core import audit, database, events
from platform_core.errors import Forbidden
from platform_core.i18n import N_
from platform_core.identity import Actor
from platform_core.records.events import FormsLeft

_OWN = ("tw_record_history", "tw_record_comment", "tw_record_link", "tw_record_sequence")


async def forget_app(app: str, *, actor: Actor) -> None:
    """Erases history, comments, outside ids, number sequences, jobs and looks of every form of an app.

    Other rooms erase their part when they hear FormsLeft, in the same transaction. The forms' own tables are the
    caller's to drop. The audit's lines stay: they hold no value. Raises Forbidden.
    """
    if not actor.is_unbounded:
        raise Forbidden(N_("Only an admin may take an app out."))
    forms = forms_of(app)
    async with database.transaction():
        for table in _OWN:
            await database.execute(f"DELETE FROM {table} WHERE form LIKE ? ESCAPE '!'", (forms,))
        for subject in (forms, f"form/{forms}"):
            await database.execute("DELETE FROM tw_job WHERE subject LIKE ? ESCAPE '!'", (subject,))
        await audit.forget_forms(forms)
        await events.publish(FormsLeft(app=app, forms=forms))


def forms_of(app: str) -> str:
    """A pattern for LIKE with "!" as its escape, which fits the keys of an app's forms."""
    return app.replace("!", "!!").replace("_", "!_").replace("%", "!%") + ".%"

"""Screens of messages: one's notices and what one wants to be told of; mail, named secrets and what came in, for admins."""

from collections.abc import Sequence

from litestar.types import ControllerRouterHandler

from platform_core.i18n import N_
from platform_core.web.admin import CONNECTIONS, AdminLink, add_admin_link
from platform_core.web.messages.inbox_pages import INBOX, inbox_pages
from platform_core.web.messages.mail_pages import MAIL, mail_pages
from platform_core.web.messages.notice_pages import NOTICES, notice_pages
from platform_core.web.messages.rights import require_admin
from platform_core.web.messages.secret_pages import SECRETS, secret_pages
from platform_core.web.messages.secret_uses import SecretUse, uses_of_secrets

_LINKS = (
    AdminLink(
        label=N_("Secrets"),
        text=N_("Passwords and tokens of other systems"),
        url=SECRETS,
        icon="lock",
        group=CONNECTIONS,
    ),
    AdminLink(
        label=N_("Mail"),
        text=N_("The mail server, and what waits for it"),
        url=MAIL,
        icon="mail",
        group=CONNECTIONS,
    ),
    AdminLink(
        label=N_("Received"),
        text=N_("What other systems have sent"),
        url=INBOX,
        icon="inbox",
        group=CONNECTIONS,
    ),
)


def message_routes() -> Sequence[ControllerRouterHandler]:
    """Everything under /notifications, /admin/secrets, /admin/mail and /admin/inbox."""
    for link in _LINKS:
        add_admin_link(link)
    return (*notice_pages(), *secret_pages(), *mail_pages(), *inbox_pages())


__all__ = ["NOTICES", "SecretUse", "message_routes", "require_admin", "uses_of_secrets"]

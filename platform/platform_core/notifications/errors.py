"""What can go wrong with telling people.

BadMail          422  an address or a subject that no mail can have
MailNotSetUp     409  nobody has told this installation of a mail server
"""

from __future__ import annotations

from platform_core.errors import Invalid, TradewindError
from platform_core.i18n import N_


class BadMail(Invalid):
    """The message cannot be sent as it is; nothing was added."""

    code = "mail_invalid"


class MailNotSetUp(TradewindError):
    """There is no `smtp_url`, or no `mail_from`, in the settings."""

    code = "mail_not_set_up"
    status = 409
    default_message = N_("No mail server is set up.")

    def __init__(self) -> None:
        super().__init__(remedy=N_("The operator sets smtp_url and mail_from in tradewind.toml."))

"""Telling people: notices in the program, and mail.

`notify` writes notices in the caller's transaction, once for each `key`, and asks nobody who may not see the record it
is `about`; what a notice shows is looked up again with the reader's rights whenever it is read or mailed. A notice has a
topic, and every person says for each topic whether to be told in the program, by mail, or by a mail of the day.
`send_mail` is a job: the server being down loses nothing, and a message that runs twice keeps its Message-ID.
"""

from platform_core.notifications.digest import DIGEST, DIGESTING, digest_job
from platform_core.notifications.errors import BadMail, MailNotSetUp
from platform_core.notifications.mailing import MailState, Tried, mail_job, mail_state, send_mail, send_test
from platform_core.notifications.migrations import MIGRATIONS
from platform_core.notifications.model import Delivery, Message, Notice, NoticePage
from platform_core.notifications.notifying import MAIL, PURGE, PURGING, notify, purge_job
from platform_core.notifications.preferring import Preference, prefer, preferences
from platform_core.notifications.reading import (
    count_unread,
    find,
    inbox_of,
    known_unread,
    mark_all_read,
    mark_read,
    remove,
)
from platform_core.notifications.sending_set_up import mail_is_set_up
from platform_core.notifications.topics import Topic, add_topic, topics
from platform_core.notifications.waking import CHANNEL, Arrived
from platform_core.notifications.watching import enter

__all__ = [
    "CHANNEL",
    "DIGEST",
    "DIGESTING",
    "MAIL",
    "MIGRATIONS",
    "PURGE",
    "PURGING",
    "Arrived",
    "BadMail",
    "Delivery",
    "MailNotSetUp",
    "MailState",
    "Message",
    "Notice",
    "NoticePage",
    "Preference",
    "Topic",
    "Tried",
    "add_topic",
    "count_unread",
    "digest_job",
    "enter",
    "find",
    "inbox_of",
    "known_unread",
    "mail_is_set_up",
    "mail_job",
    "mail_state",
    "mark_all_read",
    "mark_read",
    "notify",
    "prefer",
    "preferences",
    "purge_job",
    "remove",
    "send_mail",
    "send_test",
    "topics",
]

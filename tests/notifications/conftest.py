from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
import pytest

from platform_core import settings
from tests.notifications.mail_servers import Mailbox, mail_server

SetUp = Callable[..., None]


@pytest.fixture
def set_up() -> Iterator[SetUp]:
    """`set_up(smtp_url=…)` changes the settings of this test; the sender is crm@nordic-tools.example."""
    before: list[settings.Settings] = []

    def change(**values: object) -> None:
        if not before:
            before.append(settings.current())
        values.setdefault("mail_from", "crm@nordic-tools.example")
        values.setdefault("public_url", "https://crm.nordic-tools.example")
        settings.use(msgspec.structs.replace(settings.current(), **values))

    yield change
    if before:
        settings.use(before[0])


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server that takes everything."""
    with mail_server() as box:
        yield box

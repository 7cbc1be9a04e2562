"""Who is being spoken to: the language and time zone of the current request or job."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

import msgspec

from platform_core.i18n.catalogs import Translator, translator
from platform_core.i18n.languages import SOURCE, known


class Formats(msgspec.Struct, frozen=True):
    """How somebody wants numbers and dates written; empty means the way of their language.

    `numbers` is a key of `NUMBER_FORMATS` ("1.234,56"), `dates` one of `DATE_FORMATS` ("dmy"), `first_day` the first
    day of the week, 1 Monday … 7 Sunday (ISO 8601).
    """

    numbers: str = ""
    dates: str = ""
    first_day: int | None = None


AS_SPOKEN = Formats()


class Listener(msgspec.Struct, frozen=True):
    """`language` is one of ours, `zone` an IANA name, `app_default` the language definitions fall back to."""

    language: str = SOURCE
    zone: str = "UTC"
    app_default: str = SOURCE
    formats: Formats = AS_SPOKEN


_NOBODY = Listener()
_listener: ContextVar[Listener] = ContextVar("tradewind_listener", default=_NOBODY)


def use(language: str, zone: str = "UTC", *, app_default: str = SOURCE, formats: Formats = AS_SPOKEN) -> None:
    """From here on, in this task, text is for a reader of `language` in `zone`."""
    _listener.set(Listener(known(language).code, zone, app_default, formats))


@contextmanager
def speaking(
    language: str, zone: str = "UTC", *, app_default: str = SOURCE, formats: Formats = AS_SPOKEN
) -> Iterator[Translator]:
    """As `use`, for a block: mail and notices are written in the reader's language, not the sender's."""
    token = _listener.set(Listener(known(language).code, zone, app_default, formats))
    try:
        yield translator(language)
    finally:
        _listener.reset(token)


def current() -> Listener:
    """The reader of this task; English and UTC where nobody was named."""
    return _listener.get()


def _(msgid: str, /, **params: object) -> str:
    """The text of `msgid` for the current reader, with `{name}` filled from `params`."""
    return translator(_listener.get().language).gettext(msgid, **params)


def ngettext(one: str, many: str, n: int, /, **params: object) -> str:
    """The plural form for `n`; `{n}` shows the number."""
    return translator(_listener.get().language).ngettext(one, many, n, **params)


def pgettext(context: str, msgid: str, /, **params: object) -> str:
    """As `_`, for a word that means different things in different places."""
    return translator(_listener.get().language).pgettext(context, msgid, **params)


def N_(msgid: str, /) -> str:
    """Marks a message for extraction and leaves it English: it is translated where it is shown."""
    return msgid


def label(names: Mapping[str, str] | str, language: str | None = None, app_default: str | None = None) -> str:
    """A definition's own words: user's language → the app's default → English → any; "" for an empty map."""
    if isinstance(names, str):
        return names
    reader = _listener.get()
    for code in (language or reader.language, app_default or reader.app_default, SOURCE):
        if found := names.get(code):
            return found
    return next((text for text in names.values() if text), "")

"""Which language somebody is spoken to who has not signed in: the one just chosen, the one chosen before, the browser's."""

from __future__ import annotations

from urllib.parse import parse_qs

from platform_core import i18n, settings
from platform_core.web.context import Visit
from platform_core.web.gate_entry import LANGUAGE_COOKIE, cookie


def language_of(visit: Visit) -> str:
    """One of our language codes."""
    spoken = {language.code for language in i18n.languages()}
    for wish in (chosen_language(visit), cookie(visit, LANGUAGE_COOKIE)):
        if wish in spoken:
            return wish
    return i18n.preferred(visit.headers.get("accept-language", ""), settings.current().language)


def chosen_language(visit: Visit) -> str:
    """What a `?language=` in the address asks for, "" without one."""
    if "language=" not in visit.query:
        return ""
    return parse_qs(visit.query, max_num_fields=100).get("language", [""])[-1]

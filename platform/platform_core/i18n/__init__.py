"""Words, numbers and dates for people of five languages.

Product text is marked with `_()` (English message ids) and translated through gettext catalogues; definitions
carry label maps read by `label()`; values are written by the `format_*` functions. The reader of the current
request or job is set once with `use()`, or for a block with `speaking()`.
"""

from platform_core.i18n.catalogs import (
    Translator,
    add_catalogs,
    plural_forms,
    plural_rule,
    remove_catalogs,
    translator,
)
from platform_core.i18n.context import N_, Listener, _, current, label, ngettext, pgettext, speaking, use
from platform_core.i18n.formats import (
    format_bytes,
    format_date,
    format_datetime,
    format_money,
    format_number,
    format_percent,
    format_time,
    in_zone,
    input_number,
    join_list,
    minor_unit,
    parse_number,
    relative_time,
    separators,
)
from platform_core.i18n.languages import Direction, Language, direction, known, languages, preferred
from platform_core.i18n.names import (
    countries,
    country_name,
    currencies,
    currency_name,
    find_code,
    language_name,
    spoken_languages,
    zone_name,
    zones,
)

__all__ = [
    "N_",
    "Direction",
    "Language",
    "Listener",
    "Translator",
    "_",
    "add_catalogs",
    "countries",
    "country_name",
    "currencies",
    "currency_name",
    "current",
    "direction",
    "find_code",
    "format_bytes",
    "format_date",
    "format_datetime",
    "format_money",
    "format_number",
    "format_percent",
    "format_time",
    "in_zone",
    "input_number",
    "join_list",
    "known",
    "label",
    "language_name",
    "languages",
    "minor_unit",
    "ngettext",
    "parse_number",
    "pgettext",
    "plural_forms",
    "plural_rule",
    "preferred",
    "relative_time",
    "remove_catalogs",
    "separators",
    "speaking",
    "spoken_languages",
    "translator",
    "use",
    "zone_name",
    "zones",
]  # fmt: skip

"""Currencies: the list of ISO 4217, dated rates, and conversion that says by which rate of which day.

A rate is never made up: where nobody has given one, `find_rate` answers None and `convert` raises RateMissing. Rates
are entered by who has the action `rates`, imported from CSV, or fetched by a `RateSource` (extension point
`rate_source`) that the operator has chosen.
"""

from platform_core.currencies.converting import convert, find_rate, rate
from platform_core.currencies.entry import enter
from platform_core.currencies.errors import RateMissing, SourceFailed
from platform_core.currencies.importing import quotes_from_csv
from platform_core.currencies.iso import CURRENCIES, is_currency, minor_units
from platform_core.currencies.migrations import MIGRATIONS
from platform_core.currencies.model import Converted, Leg, Quote, Rate, StoredQuote
from platform_core.currencies.sources import (
    FETCH,
    FETCHING,
    EuropeanCentralBank,
    RateSource,
    add_source,
    fetch_job,
    sources,
)
from platform_core.currencies.table import ACTION, enter_rates, quote_of, rates, remove_rate

__all__ = [
    "ACTION",
    "CURRENCIES",
    "FETCH",
    "FETCHING",
    "MIGRATIONS",
    "Converted",
    "EuropeanCentralBank",
    "Leg",
    "Quote",
    "Rate",
    "RateMissing",
    "RateSource",
    "SourceFailed",
    "StoredQuote",
    "add_source",
    "convert",
    "enter",
    "enter_rates",
    "fetch_job",
    "find_rate",
    "is_currency",
    "minor_units",
    "quote_of",
    "quotes_from_csv",
    "rate",
    "rates",
    "remove_rate",
    "sources",
]

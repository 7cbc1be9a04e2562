"""ISO 4217: the currencies in use and how many decimals their smallest unit has."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_TWO = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC "
    "CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD "
    "KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO "
    "NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL "
    "THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
)
_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_FOUR = "CLF UYW"

CURRENCIES: Mapping[str, int] = MappingProxyType(
    dict(
        sorted(
            (code, units)
            for units, codes in ((2, _TWO), (0, _NONE), (3, _THREE), (4, _FOUR))
            for code in codes.split()
        )
    )
)
"""Alphabetic code → decimals of the minor unit."""


def minor_units(currency: str) -> int:
    """Decimals of a currency; 2 for a code that is on no list (an old currency)."""
    return CURRENCIES.get(currency, 2)


def is_currency(code: str) -> bool:
    """Whether the code is in use today."""
    return code in CURRENCIES

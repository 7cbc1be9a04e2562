"""Passwords: Argon2id in two threads of its own, and what a password must be."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Literal, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from platform_core import settings
from platform_core.errors import Problem
from platform_core.i18n import N_

T = TypeVar("T")

MIN_LENGTH = 8
MAX_LENGTH = 256
"""Characters. Longer input is refused before it is hashed: hashing megabytes is work for an attacker to order."""

Profile = Literal["standard", "test"]

_MEMORY: dict[Profile, int] = {"standard": 19 * 1024, "test": 1024}
"""KiB; the standard one is the floor of OWASP's advice, with two passes."""

# Two at a time, whoever asks: 19 MiB and 16 ms of a core each. The pool is the semaphore, and no event loop owns it.
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")


async def hashed(password: str) -> str:
    """The encoded Argon2id hash, with its parameters and a fresh salt."""
    return await _in_thread(_hasher(settings.current().argon2_profile).hash, password)


async def matches(password: str, encoded: str | None) -> bool:
    """Whether the password is the one that was hashed. Without a hash the same work is done, and the answer is no."""
    profile = settings.current().argon2_profile
    return await _in_thread(_verify, profile, password[: MAX_LENGTH + 1], encoded)


def is_outdated(encoded: str) -> bool:
    """Whether the hash was made with other parameters than today's, so that a sign-in should renew it."""
    return _hasher(settings.current().argon2_profile).check_needs_rehash(encoded)


def problems(password: str, *, email: str, name: str, pointer: str = "/password") -> list[Problem]:
    """What is wrong with a new password. Length counts, not a mix of signs (NIST SP 800-63B, ASVS 5 §6.2)."""
    found: list[Problem] = []
    if len(password) < MIN_LENGTH:
        found.append(
            Problem(
                pointer=pointer,
                code="too_short",
                message=N_("A password needs at least {min} characters."),
                params={"min": MIN_LENGTH},
                remedy=N_("A few words in a row are long, and easy to remember."),
            )
        )
    elif len(password) > MAX_LENGTH:
        found.append(
            Problem(
                pointer=pointer,
                code="too_long",
                message=N_("A password may have at most {max} characters."),
                params={"max": MAX_LENGTH},
            )
        )
    elif _is_guessable(password, email, name):
        found.append(
            Problem(
                pointer=pointer,
                code="guessable",
                message=N_("This password is among the first that would be tried."),
                remedy=N_("Take one without your name, your company and well-known sequences."),
            )
        )
    return found


_SEQUENCES = (
    "0123456789012345",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv",
)
_COMMON = frozenset(
    {
        "password",
        "passw0rd",
        "p@ssw0rd",
        "p@ssword",
        "letmein",
        "iloveyou",
        "welcome",
        "admin",
        "administrator",
    }
    | {"changeme", "secret", "football", "baseball", "monkey", "dragon", "sunshine", "princess", "superman"}
    | {"batman", "trustno1", "starwars", "whatever", "woaini5201314", "5201314", "a123456789", "123123123"}
)


def _is_guessable(password: str, email: str, name: str) -> bool:
    """Only the personal word, a common one or a keyboard row, with nothing but digits and signs around it."""
    folded = password.casefold()
    core = folded.strip("0123456789!@#$%^&*()._- ")
    own = {email.partition("@")[0], *email.partition("@")[2].split("."), *name.casefold().split()}
    own |= {settings.current().company.casefold(), "tradewind"}
    if len(set(folded)) < 4 or folded in _COMMON or core in _COMMON or (core and core in own):
        return True
    return any(folded in row or folded in row[::-1] for row in _SEQUENCES)


@cache
def _hasher(profile: Profile) -> PasswordHasher:
    passes = 2 if profile == "standard" else 1
    return PasswordHasher(time_cost=passes, memory_cost=_MEMORY[profile], parallelism=1)


@cache
def _nobodys_hash(profile: Profile) -> str:
    """What an unknown account is compared with, so that it takes as long as a known one."""
    return _hasher(profile).hash("nobody has this password")


def _verify(profile: Profile, password: str, encoded: str | None) -> bool:
    try:
        _hasher(profile).verify(encoded or _nobodys_hash(profile), password)
    except (VerificationError, InvalidHashError):
        return False
    return encoded is not None


async def _in_thread(call: Callable[..., T], *args: object) -> T:
    return await asyncio.get_running_loop().run_in_executor(_threads, partial(call, *args))

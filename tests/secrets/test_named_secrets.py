"""Named secrets: kept sealed, used by name, never shown; keys that change, and keys that are missing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core import audit, database, secrets
from platform_core.errors import Invalid, NotFound
from platform_core.identity import SYSTEM
from platform_core.secrets.sealing import seal, unseal
from tests.secrets.conftest import FIRST, SECOND

UseKey = Callable[[bytes], None]


async def test_a_secret_is_used_by_name_and_nowhere_readable(db: str) -> None:
    await secrets.put("erp_token", "hush-1234 密码", actor=SYSTEM, note="ERP of the Ningbo office")
    assert await secrets.get("erp_token") == "hush-1234 密码"
    assert await secrets.names() == ["erp_token"]
    (known,) = await secrets.listing()
    assert (known.name, known.note) == ("erp_token", "ERP of the Ningbo office")
    assert "hush" not in repr(known)
    for table in ("tw_secret", "tw_secret_key", "tw_audit_entry"):
        assert "hush" not in repr([dict(row) for row in await database.fetch_all(f"SELECT * FROM {table}")])


async def test_putting_in_again_replaces_and_keeps_the_note(db: str) -> None:
    await secrets.put("erp_token", "old", actor=SYSTEM, note="ERP")
    await secrets.put("erp_token", "new", actor=SYSTEM)
    assert await secrets.get("erp_token") == "new"
    found = await secrets.find("erp_token")
    assert found is not None and found.note == "ERP"


async def test_every_change_is_audited_without_the_value(db: str) -> None:
    await secrets.put("erp_token", "hush", actor=SYSTEM)
    await secrets.put("erp_token", "hush2", actor=SYSTEM)
    await secrets.remove("erp_token", actor=SYSTEM)
    lines = await audit.read(audit.AuditQuery(kind="secret"))
    assert [(line.action, line.subject) for line in lines][::-1] == [
        ("secret.create", "secret/erp_token"),
        ("secret.replace", "secret/erp_token"),
        ("secret.remove", "secret/erp_token"),
    ]


async def test_a_missing_secret_says_so(db: str) -> None:
    with pytest.raises(secrets.SecretMissing, match="no secret named erp_token"):
        await secrets.get("erp_token")
    with pytest.raises(NotFound):
        await secrets.remove("erp_token", actor=SYSTEM)


@pytest.mark.parametrize(
    ("name", "value"), [("", "x"), ("Erp", "x"), ("9a", "x"), ("a-b", "x"), ("a" * 41, "x"), ("ok", ""), ("ok", "x" * 16_385)]
)  # fmt: skip
async def test_wrong_names_and_values_are_refused(name: str, value: str, db: str) -> None:
    with pytest.raises(Invalid):
        await secrets.put(name, value, actor=SYSTEM)
    assert await secrets.names() == []


async def test_a_sealed_value_moved_to_another_name_does_not_open(db: str) -> None:
    await secrets.put("bank", "hush", actor=SYSTEM)
    await secrets.put("shop", "other", actor=SYSTEM)
    await database.execute(
        "UPDATE tw_secret SET sealed = (SELECT s.sealed FROM tw_secret s WHERE s.name = 'bank') WHERE name = 'shop'"
    )
    with pytest.raises(secrets.SecretLocked):
        await secrets.get("shop")


async def test_the_state_of_the_key_is_told(db: str, use_key: UseKey) -> None:
    assert (await secrets.state()).state == "empty"
    await secrets.put("erp_token", "hush", actor=SYSTEM)
    before = await secrets.state()
    assert (before.state, before.secrets, before.sealed_under) == ("open", 1, (before.present,))
    use_key(SECOND)
    after = await secrets.state()
    assert (after.state, after.locked, after.sealed_under) == ("locked", 1, (before.present,))
    assert after.present == secrets.fingerprint(SECOND) != before.present == secrets.fingerprint(FIRST)


async def test_with_a_wrong_key_nothing_opens_and_nothing_is_put_in(db: str, use_key: UseKey) -> None:
    await secrets.put("erp_token", "hush", actor=SYSTEM)
    use_key(SECOND)
    for work in (secrets.get("erp_token"), secrets.put("shop", "x", actor=SYSTEM), secrets.rotate()):
        with pytest.raises(secrets.SecretLocked, match=secrets.fingerprint(FIRST)):
            await work
    use_key(FIRST)
    assert await secrets.get("erp_token") == "hush"


async def test_a_changed_installation_key_is_followed_by_rewrapping(db: str, use_key: UseKey) -> None:
    await secrets.put("erp_token", "hush", actor=SYSTEM)
    use_key(SECOND)
    with pytest.raises(secrets.SecretLocked):
        await secrets.rewrap(b"3" * 64)
    assert await secrets.rewrap(FIRST) == 1
    assert await secrets.rewrap(FIRST) == 0
    assert await secrets.get("erp_token") == "hush"
    use_key(FIRST)
    assert (await secrets.state()).state == "locked"


async def test_rotating_seals_everything_anew_and_throws_the_old_key_away(db: str) -> None:
    for number in range(250):
        await secrets.put(f"s{number}", f"value {number}", actor=SYSTEM)
    old = {row["key_id"] for row in await database.fetch_all("SELECT key_id FROM tw_secret")}
    done = await secrets.rotate()
    assert (done.resealed, done.dropped, done.resumed) == (250, 1, False)
    now = {row["key_id"] for row in await database.fetch_all("SELECT key_id FROM tw_secret")}
    assert now == {done.key_id} and not now & old
    assert [await secrets.get(f"s{number}") for number in (0, 120, 249)] == [
        "value 0",
        "value 120",
        "value 249",
    ]


class _Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("at", range(3, 40, 4))
async def test_a_killed_rotation_loses_nothing_and_is_finished_by_the_next(at: int, db: str) -> None:
    for number in range(3):
        await secrets.put(f"s{number}", f"value {number}", actor=SYSTEM)
    seen = 0

    def kill(_number: int, _sql: str) -> None:
        nonlocal seen
        seen += 1
        if seen == at:
            raise _Killed

    off = database.on_statement(kill)
    try:
        await secrets.rotate()
    except _Killed:
        pass
    finally:
        off()
    assert [await secrets.get(f"s{number}") for number in range(3)] == ["value 0", "value 1", "value 2"]
    await secrets.rotate()
    assert [await secrets.get(f"s{number}") for number in range(3)] == ["value 0", "value 1", "value 2"]
    assert await database.fetch_value("SELECT COUNT(*) FROM tw_secret_key") == 1


async def test_putting_in_while_it_rotates_loses_nothing(db: str) -> None:
    for number in range(120):
        await secrets.put(f"s{number}", "old", actor=SYSTEM)

    async def put(number: int) -> None:
        await secrets.put(f"s{number}", "new", actor=SYSTEM)

    await asyncio.gather(
        secrets.rotate(), *(put(number) for number in range(0, 120, 10)), secrets.put("x", "y", actor=SYSTEM)
    )
    assert {await secrets.get(f"s{number}") for number in range(0, 120, 10)} == {"new"}
    assert await secrets.get("s1") == "old" and await secrets.get("x") == "y"


@given(st.binary(max_size=200), st.text(max_size=20))
def test_what_is_sealed_opens_with_its_key_at_its_place_only(text: bytes, place: str) -> None:
    key, other = b"k" * 32, b"o" * 32
    sealed = seal(key, text, place)
    assert unseal(key, sealed, place) == text
    assert unseal(other, sealed, place) is None
    assert unseal(key, sealed, place + "x") is None
    assert unseal(key, sealed[:-1], place) is None
    assert len(text) < 4 or text not in sealed


def test_names_of_secrets_are_found_in_definitions() -> None:
    definition = {
        "steps": [{"headers": {"Authorization": {"secret": "erp_token"}}}, {"secret": "Not A Name"}],
        "secret": "word", "deep": [[[{"secret": "bank"}]]], "two": {"secret": "x", "more": 1},
    }  # fmt: skip
    assert secrets.names_in(definition) == {"erp_token", "bank"}

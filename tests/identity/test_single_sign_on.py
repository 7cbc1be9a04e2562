"""Signing in through another service, against a real one on loopback that can also lie."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from platform_core import audit, database, identity, settings
from platform_core.errors import NotFound, TradewindError, Unauthorized
from platform_core.identity import SYSTEM, Arrival, Caller, ServiceFailed, Session, User
from platform_core.settings import OidcProvider
from tests.identity.conftest import PASSWORD, Time
from tests.identity.sign_in_service import SignInService, serving

BACK = "https://crm.example/login/with/acme/back"
CALLER = Caller(ip="198.51.100.7", agent="Firefox", via="screen")


@pytest.fixture
async def service() -> AsyncIterator[SignInService]:
    async with serving() as made:
        yield made
    identity.forget_services()


def offer(service: SignInService, **more: object) -> None:
    """Let the settings name the service."""
    base = {
        "name": "acme",
        "label": "Acme",
        "issuer": service.issuer,
        "client_id": "tradewind",
        "client_secret_env": "ACME_SECRET",
    }
    provider = msgspec.convert({**base, **more}, OidcProvider)
    settings.use(msgspec.structs.replace(settings.current(), oidc=(provider,), outbound_allow=("127.0.0.1",)))
    identity.forget_services()


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_SECRET", "s3cret: with/signs")


async def come_back(service: SignInService, *, browser: str = "", state: str = "") -> tuple[Session, str]:
    """Leave, sign in over there, come back."""
    left = await identity.depart("acme", target="/today", redirect_uri=BACK)
    code, given = await service.visit(left.url)
    arrival = Arrival(state=state or given, code=code, browser=browser or left.browser)
    return await identity.arrive("acme", arrival, redirect_uri=BACK, caller=CALLER)


async def test_who_leaves_is_sent_with_state_nonce_and_challenge(db: str, service: SignInService) -> None:
    offer(service)
    left = await identity.depart("acme", target="/today", redirect_uri=BACK)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(left.url).query).items()}
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == BACK
    assert asked["scope"] == "openid email profile"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"], left.browser}) == 4


async def test_a_verified_address_of_an_active_account_opens_it_and_is_linked(
    lina: User, service: SignInService
) -> None:
    offer(service)
    session, target = await come_back(service)
    assert (session.user_id, target) == (lina.id, "/today")
    [line] = [one for one in await audit.read(audit.AuditQuery()) if one.action == "session.start"]
    assert line.detail["how"] == "oidc:acme"
    service.claims["email"] = "somebody.else@demo.example"  # from now on the service's own id counts
    assert (await come_back(service))[0].user_id == lina.id


@pytest.mark.parametrize(
    ("lie", "why"),
    [
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"aud": "another-client"}, "audience"),
        ({"aud": ["tradewind", "another"]}, "party"),
        ({"azp": "another"}, "own party"),
        ({"iss": "https://evil.example"}, "issuer"),
        ({"exp": -3600}, "expired"),
        ({"exp": None}, "expired"),
        ({"iat": -3600}, "issued"),
        ({"iat": 3600}, "issued"),
        ({"sub": ""}, "subject"),
    ],
)  # fmt: skip
async def test_a_token_that_does_not_fit_opens_nothing(
    lina: User, service: SignInService, lie: dict[str, object], why: str
) -> None:
    offer(service)
    service.lies = lie
    with pytest.raises(Unauthorized) as refusal:
        await come_back(service)
    assert refusal.value.code == "id_token_refused"
    assert why not in refusal.value.text
    [line] = [one for one in await audit.read(audit.AuditQuery()) if one.action == "session.refused"]
    assert line.detail == {"provider": "acme", "why": why}
    assert await database.fetch_value("SELECT COUNT(*) FROM tw_identity_session") == 0


@pytest.mark.parametrize("how", ["none", "hmac", "another key", "cut", "empty"])
async def test_a_signature_that_is_none_or_anothers_opens_nothing(
    lina: User, service: SignInService, how: str
) -> None:
    offer(service)
    service.signs = how
    with pytest.raises(Unauthorized) as refusal:
        await come_back(service)
    assert refusal.value.code == "id_token_refused"


async def test_a_new_key_of_the_service_is_fetched(lina: User, service: SignInService, time: Time) -> None:
    offer(service)
    await come_back(service)
    service.renew_key()
    time.pass_(seconds=61)
    assert (await come_back(service))[0].user_id == lina.id


async def test_a_state_is_worth_nothing_the_second_time(lina: User, service: SignInService) -> None:
    offer(service)
    left = await identity.depart("acme", target="/", redirect_uri=BACK)
    code, state = await service.visit(left.url)
    arrival = Arrival(state=state, code=code, browser=left.browser)
    await identity.arrive("acme", arrival, redirect_uri=BACK, caller=CALLER)
    with pytest.raises(Unauthorized) as replay:
        await identity.arrive("acme", arrival, redirect_uri=BACK, caller=CALLER)
    assert replay.value.code == "state"


@pytest.mark.parametrize("case", ["another browser", "no browser", "made up", "too late"])
async def test_a_trip_that_was_not_begun_here_ends_nowhere(
    lina: User, service: SignInService, time: Time, case: str
) -> None:
    offer(service)
    left = await identity.depart("acme", target="/", redirect_uri=BACK)
    code, state = await service.visit(left.url)
    if case == "too late":
        time.pass_(minutes=11)
    browser = {"another browser": "x" * 43, "no browser": ""}.get(case, left.browser)
    arrival = Arrival(state="made-up" if case == "made up" else state, code=code, browser=browser)
    with pytest.raises(Unauthorized) as refusal:
        await identity.arrive("acme", arrival, redirect_uri=BACK, caller=CALLER)
    assert refusal.value.code == "state"


async def test_the_service_checks_our_verifier_and_secret(lina: User, service: SignInService) -> None:
    offer(service)
    await come_back(service)
    assert service.seen["authorization"].startswith("Basic ")
    assert "client_secret" not in service.seen
    service.by_post = True
    identity.forget_services()
    await come_back(service)
    assert service.seen["client_secret"] == "s3cret: with/signs"


@pytest.mark.parametrize("email_verified", [False, None, "false", 1])
async def test_an_address_that_is_not_verified_is_nobodys(
    lina: User, service: SignInService, email_verified: object
) -> None:
    offer(service)
    service.claims["email_verified"] = email_verified
    with pytest.raises(Unauthorized) as refusal:
        await come_back(service)
    assert refusal.value.code == "no_account"


@pytest.mark.parametrize("case", ["unknown", "closed", "closed after linking"])
async def test_who_has_no_active_account_stays_outside(lina: User, service: SignInService, case: str) -> None:
    offer(service)
    if case == "unknown":
        service.claims["email"] = "stranger@demo.example"
    if case == "closed after linking":
        await come_back(service)
    if case != "unknown":
        await identity.deactivate(lina.id, actor=SYSTEM)
    with pytest.raises(Unauthorized) as refusal:
        await come_back(service)
    assert refusal.value.code == "no_account"


async def test_an_account_is_opened_for_who_comes_from_our_domain(db: str, service: SignInService) -> None:
    offer(service, auto_create=True, default_role="sales", domains=["demo.example"])
    session, _target = await come_back(service)
    made = await identity.user(session.user_id)
    assert (made.email, made.name, made.roles) == ("lina@demo.example", "Lina Berg", ("sales",))
    service.claims |= {"sub": "another", "email": "eve@evil.example"}
    with pytest.raises(Unauthorized) as refusal:
        await come_back(service)
    assert refusal.value.code == "domain_refused"
    assert await identity.user_by_email("eve@evil.example") is None


async def test_an_address_that_only_userinfo_tells_counts_for_the_same_person(
    lina: User, service: SignInService
) -> None:
    offer(service)
    service.tells_by_userinfo = True
    assert (await come_back(service))[0].user_id == lina.id
    service.userinfo_sub = "another"
    with pytest.raises(Unauthorized):
        await come_back(service)


async def test_a_no_of_the_service_is_no_sign_in(lina: User, service: SignInService) -> None:
    offer(service)
    left = await identity.depart("acme", target="/", redirect_uri=BACK)
    _code, state = await service.visit(left.url)
    arrival = Arrival(state=state, code="", browser=left.browser, error="access_denied")
    with pytest.raises(Unauthorized) as refusal:
        await identity.arrive("acme", arrival, redirect_uri=BACK, caller=CALLER)
    assert refusal.value.code == "sign_in_declined"


async def test_an_answer_of_another_issuer_is_refused(lina: User, service: SignInService) -> None:
    offer(service)
    left = await identity.depart("acme", target="/", redirect_uri=BACK)
    code, state = await service.visit(left.url)
    arrival = Arrival(state=state, code=code, browser=left.browser, issuer="https://evil.example")
    with pytest.raises(Unauthorized):
        await identity.arrive("acme", arrival, redirect_uri=BACK, caller=CALLER)


async def test_a_service_that_is_down_or_calls_itself_otherwise_is_told(
    db: str, service: SignInService
) -> None:
    offer(service)
    service.called = "https://evil.example"
    with pytest.raises(ServiceFailed):
        await identity.depart("acme", target="/", redirect_uri=BACK)
    service.called = ""
    service.is_down = True
    with pytest.raises(ServiceFailed):
        await identity.depart("acme", target="/", redirect_uri=BACK)


async def test_an_empty_secret_variable_is_told(
    lina: User, service: SignInService, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(service)
    monkeypatch.delenv("ACME_SECRET")
    with pytest.raises(TradewindError) as told:
        await come_back(service)
    assert "ACME_SECRET" in told.value.text


async def test_a_service_that_nobody_named_is_not_there(db: str) -> None:
    with pytest.raises(NotFound):
        await identity.depart("acme", target="/", redirect_uri=BACK)


async def test_a_second_factor_that_a_role_demands_is_the_services_own(
    lina: User, admin: User, service: SignInService
) -> None:
    offer(service)
    await identity.require_second_factor(["sales"], actor=SYSTEM)
    assert not (await come_back(service))[0].must_enrol
    assert (await identity.sign_in(lina.email, PASSWORD, ip="198.51.100.7")).must_enrol

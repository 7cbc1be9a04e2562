"""People as an admin, a person and a program meet them: through screens and REST, behind the gate."""

from __future__ import annotations

import re
from typing import Any, cast

import msgspec
import pyotp
import pytest

from platform_core import clock, identity, settings
from platform_core.identity import SYSTEM
from tests.fixtures_crm import PASSWORD, Client, Crm

NEW = "a lighthouse in the fog"
LEAD = {"company_name": "Nordic Tools", "country": "SE", "inquiry_text": "500 hammers", "source": "website"}


def token_in(page: str) -> str:
    found = re.search(r"/password/new\?token=([\w-]+)", page)
    assert found, page[:3000]
    return found[1]


async def test_a_person_is_invited_chooses_a_password_and_signs_in(crm: Crm) -> None:
    admin, new = await crm.login("admin"), crm.visitor()
    fields = {
        "name": "Wei Zhang",
        "email": "wei@nordic.example",
        "language": "zh",
        "zone": "Asia/Shanghai",
        "roles[]": "sales",
        "start": "invite",
    }
    answer = await admin.post_form("/admin/people/new", fields, expect=200)
    token = token_in(answer.text)
    assert "Wei Zhang" in await new.page(f"/password/new?token={token}")
    await new.post_form("/password/new", {"token": token, "password": NEW, "again": "other"}, expect=422)
    await new.post_form("/password/new", {"token": token, "password": NEW, "again": NEW})
    await new.post_form("/password/new", {"token": token, "password": NEW, "again": NEW}, expect=404)
    await new.sign_in("wei@nordic.example", NEW)
    me = await new.api("GET", "/me")
    assert (me["name"], me["roles"], me["language"]) == ("Wei Zhang", ["sales"], "zh")


async def test_the_form_comes_back_with_what_is_wrong(crm: Crm) -> None:
    admin = await crm.login("admin")
    fields = {
        "name": "",
        "email": "lina@demo.example",
        "language": "en",
        "zone": "UTC",
        "manager.code": "Nobody Known",
    }
    page = (await admin.post_form("/admin/people/new", fields, expect=422)).text
    assert "Please give a name." in page
    lina = (await crm.actor("lina")).user_id
    fields = {
        "name": "Li Na",
        "email": "admin@demo.example",
        "language": "en",
        "zone": "UTC",
        "roles[]": "sales",
    }
    page = (await admin.post_form(f"/admin/people/{lina}", fields, expect=422)).text
    assert "There is an account with this e-mail address already." in page


async def test_the_last_admin_stays(crm: Crm) -> None:
    admin = await crm.login("admin")
    user = await admin.api("GET", f"/users/{admin.user_id}")
    problem = await admin.api("PATCH", f"/users/{admin.user_id}", {"roles": ["sales"]}, expect=422)
    assert cast("list[dict[str, Any]]", problem["errors"])[0]["code"] == "last_admin"
    await admin.api("POST", f"/users/{admin.user_id}/deactivate", expect=422)
    assert await admin.api("GET", f"/users/{admin.user_id}") == user
    page = (await admin.post_form(f"/admin/people/{admin.user_id}/deactivate", {}, expect=422)).text
    assert "This is the last admin." in page


async def test_a_closed_account_is_out_at_once(crm: Crm) -> None:
    admin, lina = await crm.login("admin"), await crm.login("lina")
    await admin.api("POST", f"/users/{lina.user_id}/deactivate", expect=204)
    await lina.api("GET", "/me", expect=401)
    await admin.api("POST", f"/users/{lina.user_id}/reactivate", expect=204)
    await lina.sign_in("lina@demo.example")


async def test_users_are_listed_page_by_page(crm: Crm) -> None:
    admin = await crm.login("admin")
    first = await admin.api("GET", "/users?limit=4")
    rest = await admin.api("GET", f"/users?limit=4&cursor={first['next_cursor']}")
    names = [one["name"] for page in (first, rest) for one in cast("list[dict[str, Any]]", page["items"])]
    assert len(names) == len(set(names)) == 6
    await admin.api("GET", "/users?cursor=x", expect=422)
    await admin.api("GET", "/users?state=x", expect=422)
    await admin.api("GET", "/users/no-id", expect=404)
    await admin.api("PATCH", f"/users/{admin.user_id}", {"roles": ["admin", "nothing"]}, expect=422)


async def key_of(client: Client, role: str, name: str = "Web shop") -> dict[str, Any]:
    return cast(
        "dict[str, Any]", await client.api("POST", "/me/keys", {"name": name, "role": role}, expect=201)
    )


async def test_a_program_with_a_key_acts_for_its_person(crm: Crm) -> None:
    lina, program = await crm.login("lina"), crm.visitor()
    role = cast("list[str]", (await lina.api("GET", "/me"))["roles"])[0]
    made = await key_of(lina, role)
    bearer = {"Authorization": f"Bearer {made['key']}", "Origin": "https://shop.example"}
    assert (await program.api("GET", "/me", headers=bearer))["id"] == lina.user_id
    record = await program.api("POST", "/records/lead", LEAD, headers=bearer, expect=201)
    lines = await _audit(f"lead/{record['id']}")
    assert {(line.via, line.session_id) for line in lines} == {("api", made["id"])}
    await program.api("POST", "/me/keys", {"name": "More", "role": role}, headers=bearer, expect=403)
    await lina.api("DELETE", f"/me/keys/{made['id']}", expect=204)
    refused = await program.api("GET", "/me", headers=bearer, expect=401)
    assert refused["code"] == "key_refused"


async def _audit(subject: str) -> list[Any]:
    from platform_core import audit

    return [line for line in await audit.read(audit.AuditQuery()) if line.subject.endswith(subject)]


async def test_keys_are_counted_one_by_one(crm: Crm) -> None:
    admin, program = await crm.login("admin"), crm.visitor()
    first, second = await key_of(admin, "admin", "A"), await key_of(admin, "admin", "B")
    left = []
    for made in (first, first, second):
        answer = await program.request(
            "GET", "/api/v1/me", headers={"Authorization": f"Bearer {made['key']}"}
        )
        left.append(int(answer.headers["ratelimit-remaining"]))
    assert left[0] == left[1] + 1 == left[2]


async def test_a_key_is_shown_once_and_never_kept_for_a_repeat(crm: Crm) -> None:
    admin = await crm.login("admin")
    page = (
        await admin.post_form("/me/keys", {"name": "Shop", "role": "admin", "expires": ""}, expect=200)
    ).text
    text = re.search(r"tw_[\w-]{43}", page)
    assert text
    assert text[0] not in await admin.page("/me/keys")
    assert text[0] not in await admin.page("/admin/keys")
    body = {"name": "Twice", "role": "admin"}
    one = await admin.api("POST", "/me/keys", body, expect=201, headers={"Idempotency-Key": "k1"})
    two = await admin.api("POST", "/me/keys", body, expect=201, headers={"Idempotency-Key": "k1"})
    assert one["key"] != two["key"]


async def test_a_second_factor_over_rest_and_at_the_screen(crm: Crm) -> None:
    lina = await crm.login("lina")
    made = await lina.api("POST", "/me/second-factor", {})
    totp = pyotp.TOTP(str(made["secret"]))
    now = int(clock.now().timestamp())
    codes = await lina.api("PUT", "/me/second-factor", {"code": totp.at(now - 30)})
    assert len(cast("list[str]", codes["recovery_codes"])) == 10
    other = crm.visitor()
    credentials = {"email": "lina@demo.example", "password": PASSWORD}
    problem = await other.api("POST", "/session", credentials, expect=401)
    assert problem["code"] == "totp_required"
    problem = await other.api("POST", "/session", {**credentials, "totp": "000000"}, expect=401)
    assert problem["code"] == "totp_refused"
    await other.api("POST", "/session", {**credentials, "totp": totp.at(now)})
    page = (await crm.visitor().post_form("/login", {**credentials, "next": "/me"}, expect=200)).text
    step = re.search(r'name="step" value="([^"]+)"', page)
    assert step
    assert PASSWORD not in page
    answer = await crm.visitor().post_form(
        "/login", {"step": step[1], "totp": totp.at(now + 30), "next": "/me"}
    )
    assert answer.headers["location"] == "/me"


async def test_who_must_set_up_a_second_factor_does_that_first(crm: Crm) -> None:
    admin = await crm.login("admin")
    await admin.post_form("/admin/sign-in", {"roles[]": "admin"})
    identity.forget()
    answer = await admin.request("GET", "/today", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/me/second-factor")
    assert (await admin.api("GET", "/me", expect=403))["code"] == "second_factor_required"
    page = await admin.page("/me/second-factor")
    assert "<svg" in page
    assert "style=" not in page[page.index("<svg") : page.index("</svg>")]
    secret = re.search(r'<code class="secret"[^>]*>([A-Z2-7 ]+)</code>', page)
    assert secret
    code = pyotp.TOTP(secret[1].replace(" ", "")).at(int(clock.now().timestamp()))
    shown = (await admin.post_form("/me/second-factor", {"code": code}, expect=200)).text
    assert len(re.findall(r"<code>[a-z2-9]{5}-[a-z2-9]{5}</code>", shown)) == 10
    await admin.page("/me/security")


async def test_a_forgotten_password_is_answered_alike_for_everybody(crm: Crm) -> None:
    settings.use(
        msgspec.structs.replace(
            settings.current(), smtp_url="smtp://127.0.0.1:1", mail_from="crm@nordic.example"
        )
    )
    answers = [
        (await crm.visitor().post_form("/password/forgot", {"email": email}, expect=200)).text
        for email in ("lina@demo.example", "nobody@demo.example")
    ]
    plain = [re.sub(r'nonce="[^"]*"|/static/\w+/', "", answer) for answer in answers]
    assert plain[0] == plain[1]
    await crm.work()
    from platform_core import database

    assert await database.fetch_value("SELECT COUNT(*) FROM tw_identity_link") == 1


async def test_without_mail_the_page_says_whom_to_ask(crm: Crm) -> None:
    assert "This installation sends no mail" in await crm.visitor().page("/password/forgot")


async def test_own_formats_hold_on_the_generated_screens(crm: Crm) -> None:
    admin = await crm.login("admin")
    body = {**LEAD, "target_price": {"amount": "1234567.50", "currency": "EUR"}}
    made = await admin.api("POST", "/records/lead", body, expect=201)
    usual = await admin.page(f"/r/lead/{made['id']}")
    assert "1,234,567.50" in usual
    fields = {
        "name": "Admin",
        "language": "en",
        "zone": "UTC",
        "theme": "auto",
        "density": "regular",
        "number_format": "1.234,56",
        "date_format": "dots",
        "first_day": "7",
    }
    await admin.post_form("/me", fields)
    page = await admin.page(f"/r/lead/{made['id']}")
    assert "1.234.567,50" in page
    assert 'data-point=","' in page
    edit = await admin.page(f"/r/lead/{made['id']}/edit")
    assert "1234567,50" in edit


async def test_a_stranger_with_a_team_of_their_own_cannot_name_another(crm: Crm) -> None:
    lina = await crm.login("lina")
    for method, path, body in (
        ("GET", "/users", None), ("POST", "/users", {"email": "x@demo.example", "name": "X"}), ("GET", "/teams", None),
        ("POST", "/teams", {"name": "Mine"}), ("GET", "/roles", None), ("GET", "/territories", None),
    ):  # fmt: skip
        await lina.api(method, path, body, expect=403)


async def test_teams_and_territories_over_rest(crm: Crm) -> None:
    admin = await crm.login("admin")
    team = await admin.api("POST", "/teams", {"name": "Exhibitions"}, expect=201)
    await admin.api("POST", "/teams", {"name": "Exhibitions"}, expect=422)
    moved = await admin.api("PATCH", f"/teams/{team['id']}", {"name": "Fairs"})
    assert moved["name"] == "Fairs"
    await admin.api("DELETE", f"/teams/{team['id']}", expect=204)
    place = await admin.api(
        "POST", "/territories", {"name": "Benelux", "countries": ["BE", "NL"]}, expect=201
    )
    await admin.api(
        "PATCH", f"/territories/{place['id']}", {"name": "Benelux", "countries": ["BE", "NL", "LU"]}
    )
    await admin.api("DELETE", f"/territories/{place['id']}", expect=204)
    assert "admin" in {
        one["name"] for one in cast("list[dict[str, Any]]", (await admin.api("GET", "/roles"))["items"])
    }


async def test_a_team_that_records_belong_to_stays(crm: Crm) -> None:
    admin = await crm.login("admin")
    team = await admin.api("POST", "/teams", {"name": "Exhibitions"}, expect=201)
    await admin.api("POST", "/records/lead", {**LEAD, "team": team["id"]}, expect=201)
    refused = await admin.api("DELETE", f"/teams/{team['id']}", expect=409)
    assert refused["code"] == "in_use"


async def test_every_person_page_opens_and_says_who_it_is(crm: Crm) -> None:
    admin = await crm.login("admin")
    found = await identity.users(limit=10)
    for one in found:
        page = await admin.page(f"/admin/people/{one.id}")
        assert one.email in page
    await identity.deactivate(found[-1].id, actor=SYSTEM)
    assert "Open account again" in await admin.page(f"/admin/people/{found[-1].id}")


@pytest.mark.parametrize("path", ["/admin/people/nobody", "/admin/territories/nothing", "/login/with/nobody"])
async def test_what_is_not_there_is_not_found(crm: Crm, path: str) -> None:
    admin = await crm.login("admin")
    await admin.page(path, expect=404)

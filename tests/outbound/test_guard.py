"""What may be called: addresses inside the house are refused, in every disguise."""

from __future__ import annotations

import pytest

from platform_core import outbound
from platform_core.outbound.guard import is_outside, may_call, true_address
from tests.outbound.conftest import Allow
from tests.outbound.servers import Server, answer

INSIDE = [
    "127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "100.127.255.255", "0.0.0.0", "224.0.0.1", "239.1.1.1", "255.255.255.255", "240.0.0.1",
    "192.0.0.8", "198.18.0.1", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "fec0::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::",
    "2001:0:4136:e378::", "2001:db8::1", "::127.0.0.1",
]  # fmt: skip
OUTSIDE = ["1.1.1.1", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "64:ff9b::101:101"]


@pytest.mark.parametrize("text", INSIDE)
def test_an_address_inside_is_known(text: str) -> None:
    assert not is_outside(true_address(text))
    assert not may_call("evil.example", true_address(text), ())


@pytest.mark.parametrize("text", OUTSIDE)
def test_an_address_outside_may_be_called(text: str) -> None:
    assert may_call("shop.example", true_address(text), ())


@pytest.mark.parametrize(
    ("host", "address", "entry", "allowed"),
    [
        ("erp.internal", "10.0.0.5", "erp.internal", True),
        ("ERP.internal.", "10.0.0.5", "erp.internal", True),
        ("erp.internal.evil.example", "10.0.0.5", "erp.internal", False),
        ("a.internal", "10.0.0.5", "*.internal", True),
        ("internal", "10.0.0.5", "*.internal", False),
        ("notinternal", "10.0.0.5", "*.internal", False),
        ("any.example", "10.1.200.5", "10.1.0.0/16", True),
        ("any.example", "10.2.0.5", "10.1.0.0/16", False),
        ("any.example", "::ffff:10.1.0.5", "10.1.0.0/16", True),
        ("erp.internal", "169.254.169.254", "erp.internal", False),
        ("erp.internal", "169.254.169.254", "169.254.169.254", True),
        ("erp.internal", "fe80::1", "erp.internal", False),
    ],
)
def test_the_operator_allows_hosts_and_networks(host: str, address: str, entry: str, allowed: bool) -> None:
    assert may_call(host, true_address(address), (entry,)) is allowed


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://[::ffff:127.0.0.1]:{port}/", "http://127.1:{port}/",
        "http://2130706433:{port}/", "http://0x7f.1:{port}/", "http://017700000001:{port}/", "http://0:{port}/",
        "http://１２７.0.0.1:{port}/", "http://①②⑦.0.0.1:{port}/",
    ],
)  # fmt: skip
async def test_no_disguise_leads_home(url: str, server: Server, allow: Allow) -> None:
    allow()
    with pytest.raises((outbound.Refused, outbound.Unreachable)):
        await outbound.request("GET", url.format(port=server.port))
    assert server.asked == []


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://shop.example/", "gopher://shop.example/", "//shop.example/", "shop.example", "",
     "http://", "http://user:pass@shop.example/", "http://user@shop.example/", "javascript:alert(1)", "http://a\r\nb/"],
)  # fmt: skip
async def test_only_plain_addresses_of_the_web_are_taken(url: str, allow: Allow) -> None:
    with pytest.raises(outbound.Refused):
        await outbound.request("GET", url)


async def test_a_name_that_points_in_and_out_is_refused(
    server: Server, allow: Allow, names: dict[str, list[str]]
) -> None:
    allow()
    names["shop.example"] = ["93.184.216.34", "127.0.0.1"]
    with pytest.raises(outbound.Refused):
        await outbound.request("GET", f"http://shop.example:{server.port}/")
    assert server.asked == []


async def test_the_checked_address_is_the_one_that_is_called(
    server: Server, allow: Allow, names: dict[str, list[str]]
) -> None:
    """DNS rebinding: the name is asked once, so a second answer is never believed."""
    allow("shop.example")
    names["shop.example"] = ["127.0.0.1"]
    found = await outbound.request("GET", f"http://shop.example:{server.port}/")
    assert found.body == b"hello"
    assert names["asked"] == ["shop.example"]
    assert server.asked[0].headers["host"] == f"shop.example:{server.port}"


@pytest.mark.parametrize(
    "goal",
    [
        "http://localhost:{port}/",
        "http://[::1]/",
        "http://169.254.169.254/latest/",
        "//10.0.0.1/",
        "file:///etc/passwd",
    ],
)
async def test_each_redirect_is_guarded_alike(
    goal: str, server: Server, allow: Allow, names: dict[str, list[str]]
) -> None:
    allow("shop.example")
    names["shop.example"] = ["127.0.0.1"]
    names["localhost"] = ["127.0.0.1"]
    location = goal.format(port=server.port)
    server.answers["/go"] = lambda _: answer(status="302 Found", location=location)
    with pytest.raises(outbound.Refused):
        await outbound.request("GET", f"http://shop.example:{server.port}/go")
    assert [asked.path for asked in server.asked] == ["/go"]


async def test_three_redirects_are_followed_and_a_fourth_is_not(server: Server) -> None:
    for step in range(6):
        server.answers[f"/{step}"] = lambda _, to=step + 1: answer(status="302 Found", location=f"/{to}")  # type: ignore[misc]  # a default holds the loop's value
    server.answers["/3"] = lambda _: answer(b"there")
    assert (await outbound.request("GET", f"{server.url}/0")).body == b"there"
    del server.answers["/3"]
    server.answers["/3"] = lambda _: answer(status="302 Found", location="/4")
    with pytest.raises(outbound.Refused, match="3 times"):
        await outbound.request("GET", f"{server.url}/0")


async def test_credentials_stay_with_their_origin(
    server: Server, allow: Allow, names: dict[str, list[str]]
) -> None:
    allow("127.0.0.1")
    names["other.example"] = names["shop.example"] = ["127.0.0.1"]
    secret = {
        "Authorization": "Bearer s3cret",
        "X-Api-Key": "s3cret",
        "Cookie": "a=s3cret",
        "Accept": "text/csv",
    }
    server.answers["/same"] = lambda _: answer(status="302 Found", location="/end")
    server.answers["/other"] = lambda _: answer(
        status="302 Found", location=f"http://other.example:{server.port}/end"
    )
    await outbound.request("GET", f"http://shop.example:{server.port}/same", headers=secret)
    assert server.asked[-1].headers["authorization"] == "Bearer s3cret"
    await outbound.request("GET", f"http://shop.example:{server.port}/other", headers=secret)
    assert "s3cret" not in str(server.asked[-1].headers)
    assert server.asked[-1].headers["accept"] == "text/csv"


async def test_a_body_never_goes_on_to_another_origin(
    server: Server, allow: Allow, names: dict[str, list[str]]
) -> None:
    allow("127.0.0.1")
    names["other.example"] = names["shop.example"] = ["127.0.0.1"]
    there = f"http://other.example:{server.port}/end"
    server.answers["/keep"] = lambda _: answer(status="307 Temporary Redirect", location=there)
    server.answers["/see"] = lambda _: answer(status="303 See Other", location=there)
    with pytest.raises(outbound.Refused, match="another server"):
        await outbound.request("POST", f"http://shop.example:{server.port}/keep", json={"a": 1})
    await outbound.request("POST", f"http://shop.example:{server.port}/see", json={"a": 1})
    assert (server.asked[-1].method, server.asked[-1].body) == ("GET", b"")

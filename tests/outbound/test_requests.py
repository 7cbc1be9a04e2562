"""Limits, failures and manners of requests to the outside."""

from __future__ import annotations

import gzip
import logging
import zlib
from pathlib import Path

import pytest

from platform_core import database, outbound, settings
from tests.outbound.conftest import Allow
from tests.outbound.servers import Server, answer


async def test_json_goes_out_and_comes_back(server: Server) -> None:
    server.answers["/orders"] = lambda asked: answer(
        b'{"id": 7}', "201 Created", content_type="application/json"
    )
    found = await outbound.request(
        "POST",
        f"{server.url}/orders?x=1",
        json={"total": "12.50"},
        headers={"X-Shop": "a"},
        idempotency_key="job-7",
    )
    assert (found.status, found.ok, found.json()) == (201, True, {"id": 7})
    assert found.url == f"{server.url}/orders"
    asked = server.asked[0]
    assert (asked.body, asked.path) == (b'{"total":"12.50"}', "/orders?x=1")
    assert asked.headers["content-type"] == "application/json"
    assert asked.headers["idempotency-key"] == "job-7"
    assert asked.headers["user-agent"] == "Tradewind"


async def test_an_error_status_is_an_answer(server: Server) -> None:
    server.answers["/no"] = lambda _: answer(b"no", "503 Service Unavailable", retry_after="7")
    found = await outbound.request("GET", f"{server.url}/no")
    assert (found.status, found.ok, found.headers["retry-after"]) == (503, False, "7")


async def test_a_server_that_says_nothing_is_left_in_time(server: Server) -> None:
    with pytest.raises(outbound.Unreachable, match="did not answer in 0.2 seconds") as caught:
        await outbound.request("GET", f"{server.url}/silent", timeout=0.2)
    assert caught.value.sent


async def test_a_closed_port_and_an_unknown_name_are_told(
    server: Server, names: dict[str, list[str]]
) -> None:
    with pytest.raises(outbound.Unreachable, match="no server called") as unknown:
        await outbound.request("GET", "http://nowhere.example/")
    assert not unknown.value.sent
    names["127.0.0.1"] = ["127.0.0.1"]
    with pytest.raises(outbound.Unreachable, match="does not take the connection") as closed:
        await outbound.request("GET", "http://127.0.0.1:9/")
    assert not closed.value.sent


@pytest.mark.parametrize(
    "raw",
    [
        b"SSH-2.0-hello\r\n",
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nA: " + b"x" * 99999,
    ],
)
async def test_an_answer_that_is_no_http_is_told(raw: bytes, server: Server) -> None:
    server.answers["/odd"] = lambda _: raw
    with pytest.raises(outbound.Unreachable):
        await outbound.request("GET", f"{server.url}/odd")


async def test_a_plain_server_where_tls_is_wanted_is_told(server: Server) -> None:
    with pytest.raises(outbound.Unreachable):
        await outbound.request("GET", f"https://127.0.0.1:{server.port}/", timeout=0.5)


async def test_an_answer_has_a_size_limit_announced_or_not(server: Server) -> None:
    server.answers["/big"] = lambda _: answer(b"x" * 2000)
    server.answers["/long"] = lambda _: b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 2000
    for path in ("/big", "/long"):
        with pytest.raises(outbound.TooLarge):
            await outbound.request("GET", server.url + path, max_bytes=1999)
        assert len((await outbound.request("GET", server.url + path, max_bytes=2000)).body) == 2000


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "bare deflate"])
async def test_packed_answers_are_unpacked_within_the_limit(encoding: str, server: Server) -> None:
    text = b"Nordic Tools " * 100
    bare = zlib.compressobj(wbits=-15)
    packed = {
        "gzip": gzip.compress(text), "deflate": zlib.compress(text), "bare deflate": bare.compress(text) + bare.flush(),
    }[encoding]  # fmt: skip
    server.answers["/"] = lambda _: answer(packed, content_encoding=encoding.split()[-1])
    assert (await outbound.request("GET", f"{server.url}/")).body == text
    assert server.asked[0].headers["accept-encoding"] == "gzip, deflate"


async def test_a_bomb_is_stopped_where_it_passes_the_limit(server: Server) -> None:
    bomb = gzip.compress(b"\0" * 200_000_000, compresslevel=9)
    assert len(bomb) < 1 << 20
    server.answers["/"] = lambda _: answer(bomb, content_encoding="gzip")
    with pytest.raises(outbound.TooLarge):
        await outbound.request("GET", f"{server.url}/")


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip"])
async def test_a_packing_nobody_asked_for_is_refused(encoding: str, server: Server) -> None:
    server.answers["/"] = lambda _: answer(b"xx", content_encoding=encoding)
    with pytest.raises(outbound.Unreachable):
        await outbound.request("GET", f"{server.url}/")


@pytest.mark.parametrize(
    "body", [b"[" * 65 + b"]" * 65, b"[" * 100_000, b'{"a":' * 70 + b"1" + b"}" * 70, b"no", b"\xff", b""]
)
async def test_json_that_cannot_be_read_is_told(body: bytes, server: Server) -> None:
    server.answers["/"] = lambda _: answer(body)
    found = await outbound.request("GET", f"{server.url}/")
    with pytest.raises(outbound.UnreadableAnswer):
        found.json()


async def test_brackets_in_texts_do_not_count(server: Server) -> None:
    server.answers["/"] = lambda _: answer(b'{"a": "' + b"[" * 200 + b'\\"{{"}')
    assert (await outbound.request("GET", f"{server.url}/")).json() == {"a": "[" * 200 + '"{{'}


@pytest.mark.parametrize(
    ("name", "value"),
    [("Host", "a"), ("Content-Length", "1"), ("Transfer-Encoding", "chunked"), ("X-A\r\nB", "1"), ("X-A", "1\r\nB: 2"), ("", "")],
)  # fmt: skip
async def test_headers_that_would_confuse_are_refused(name: str, value: str, server: Server) -> None:
    with pytest.raises(outbound.Refused, match="may not be sent"):
        await outbound.request("GET", f"{server.url}/", headers={name: value})
    assert server.asked == []


@pytest.mark.parametrize("method", ["CONNECT", "TRACE", "get", "G T", ""])
async def test_methods_that_are_none_of_ours_are_refused(method: str, server: Server) -> None:
    with pytest.raises(outbound.Refused):
        await outbound.request(method, f"{server.url}/")


async def test_nothing_secret_is_logged(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="tradewind.outbound")
    await outbound.request(
        "POST",
        f"{server.url}/hook/s3cret?token=s3cret",
        headers={"Authorization": "s3cret"},
        json={"a": "s3cret"},
    )
    assert "127.0.0.1" in caplog.text and "2xx" in caplog.text
    assert "s3cret" not in caplog.text


async def test_requests_are_counted_by_host_and_outcome(server: Server) -> None:
    before = outbound.observed().get(("127.0.0.1", "2xx"), outbound.Observed()).count
    await outbound.request("GET", f"{server.url}/")
    assert outbound.observed()[("127.0.0.1", "2xx")].count == before + 1


async def test_proxies_of_the_environment_are_not_used(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert (await outbound.request("GET", f"{server.url}/")).ok


async def test_the_operators_proxy_is_used_and_the_guard_still_looks(
    server: Server, allow: Allow, tmp_path: Path, names: dict[str, list[str]]
) -> None:
    settings.use(
        settings.load(
            {}, {"TRADEWIND_DATA": str(tmp_path), "TRADEWIND_SECRET_KEY": "0" * 64, "TRADEWIND_OUTBOUND_PROXY": server.url}
        )
    )  # fmt: skip
    names["inside.example"] = ["10.0.0.1"]
    server.answers["http://known-to-the-proxy.example/a"] = lambda _: answer(b"through")
    assert (await outbound.request("GET", "http://known-to-the-proxy.example/a")).body == b"through"
    for inside in ("http://10.0.0.1/", "http://inside.example/"):
        with pytest.raises(outbound.Refused):
            await outbound.request("GET", inside)
    assert len(server.asked) == 1


async def test_no_request_is_made_inside_a_transaction(db: str, server: Server) -> None:
    with pytest.raises(database.TransactionMisuse):
        async with database.transaction():
            await outbound.request("GET", f"{server.url}/")
    assert server.asked == []

"""The look alone: pattern page, sign-in and error pages behind the product's content security policy, no database."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from platform_core import web
from platform_core.web.patterns import SCHEMA, page, people, sample_shell

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


class Handler(BaseHTTPRequestHandler):
    posts: ClassVar[list[tuple[str, dict[str, list[str]], str]]] = []

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the test tells what went wrong."""

    def _send(
        self, body: bytes, kind: str = "text/html; charset=utf-8", status: int = 200, **headers: str
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        asked = {name: values[-1] for name, values in parse_qs(url.query).items()}
        if url.path.startswith("/static/"):
            asset = web.assets.find(url.path.split("/", 3)[3])
            if asset is None:
                return self._send(b"", "text/plain", 404)
            return self._send(asset.body, asset.media_type)
        if url.path == "/dev/patterns/people.json":
            return self._json({"items": people(asked.get("q", ""))})
        if url.path == "/api/v1/events":
            return self._send(b"retry: 600000\n\n", "text/event-stream")
        if url.path == "/dev/patterns/schema.json":
            return self._json(SCHEMA)
        return self._page(url.path, asked)

    def _page(self, path: str, asked: dict[str, str]) -> None:
        known = {name: asked[name] for name in ("language", "theme", "density") if name in asked}
        shell = sample_shell(**known)
        if path == "/sign-in":
            demo = (
                {"email": "admin@demo.example", "label": "Admin"},
                {"email": "lina@demo.example", "label": "Li Na"},
            )
            context = {
                "email": "",
                "error": asked.get("error", ""),
                "next": "",
                "note": "",
                "ways": (),
                "demo": demo,
            }
            return self._send(web.render("web/sign_in.html", shell, **context).encode())
        if path.startswith("/error/"):
            status = int(path.rpartition("/")[2])
            words = {"status": status, "request_id": "req-1", "retry_url": "/", "title": "", "text": ""}
            return self._send(web.render("web/error.html", shell, **words).encode(), status=status)
        if path == "/broken":
            return self._send(b"<p>never shown</p>", status=500, X_Request_Id="req-500")
        if path == "/search":
            hits = [
                {
                    "label": "Customers",
                    "items": [{"label": "Global Tech Inc.", "url": "#hit", "icon": "building"}],
                }
            ]
            return self._send(
                web.render("web/_finder_hits.html", shell, q=asked.get("q", ""), groups=hits).encode()
            )
        return self._send(page(shell).encode())

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        token = self.headers.get("X-CSRF-Token", "")
        if self.path == "/dev/patterns/upload":
            self.posts.append((self.path, {}, token))
            return self._json(
                {"id": "new-file", "name": "sent.pdf", "size": len(raw), "type": "application/pdf"}
            )
        self.posts.append((self.path, parse_qs(raw.decode(), keep_blank_values=True), token))
        return self._send(b"<p id='answer'>taken</p>")

    def _json(self, value: object) -> None:
        self._send(json.dumps(value).encode(), "application/json")


@contextmanager
def serving() -> Iterator[str]:
    """The address of a running site; its posts are in `Handler.posts`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()

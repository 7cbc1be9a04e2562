"""Real mail servers of this test on loopback (aiosmtpd), with the behaviour it asks for."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.servers import free_port


@dataclass
class Mailbox:
    """What the server has taken, and how it answers: `answers` maps an address to the line it gets at RCPT."""

    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    data_answer: str = "250 taken"
    log_ins: list[tuple[str, str]] = field(default_factory=list)
    on_data: Callable[[], None] | None = None

    async def handle_RCPT(
        self, _server: object, _session: object, envelope: Envelope, address: str, _options: object
    ) -> str:
        said = self.answers.get(address, "250 ok")
        if said.startswith("250"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:
        if self.on_data is not None:
            self.on_data()
        if self.data_answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.taken.append(message_from_bytes(envelope.content, EmailMessage, policy=policy.default))
            self.recipients.append(list(envelope.rcpt_tos))
        return self.data_answer

    def sign_in(
        self, _server: object, _session: object, _envelope: object, mechanism: str, data: Any
    ) -> AuthResult:
        user, password = data.login.decode(), data.password.decode()
        self.log_ins.append((user, password))
        return AuthResult(success=password == "right", handled=False)


@contextmanager
def mail_server(
    *, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None, sign_in: bool = False
) -> Iterator[Mailbox]:
    """A server on a free port of 127.0.0.1, encrypted from the first byte (`tls`) or on demand (`starttls`)."""
    box = Mailbox(port=free_port())
    more: dict[str, Any] = {"tls_context": starttls} if starttls else {}
    if sign_in:
        more |= {"authenticator": box.sign_in, "auth_require_tls": False, "auth_required": True}
    controller = Controller(box, hostname="127.0.0.1", port=box.port, ssl_context=tls, **more)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's context for 127.0.0.1 and localhost, and the file of the authority to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Nordic Tools test")])
    now = dt.datetime.now(dt.UTC)
    names = x509.SubjectAlternativeName(
        [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    )
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=2))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem, private = folder / "server.pem", folder / "server.key"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem, private)
    return context, pem

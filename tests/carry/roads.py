"""What stands between a laptop and its county: certificates of all sorts, impostors, proxies, and dead lines."""

import base64
import datetime
import ipaddress
import re
import select
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from sync.carry.tls import pin_of

NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Made:
    """A certificate and its key, in files."""

    certificate: Path
    key: Path
    pin: str
    x509: x509.Certificate
    secret: ec.EllipticCurvePrivateKey

    @property
    def serve(self) -> tuple[object, ...]:
        return ("--certificate", self.certificate, "--key", self.key)


def make(folder: Path, name: str, *, by: Made | None = None, ends: int = 30, address: str = "127.0.0.1") -> Made:
    """Signed `by` an authority, or by itself; `ends` in so many days from now, and began a hundred days before."""
    secret = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(by.x509.subject if by else who)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + (ends - 100) * DAY)
        .not_valid_after(NOW + ends * DAY)
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
        .sign(by.secret if by else secret, SHA256())
    )
    certificate, key = folder / f"{name}.crt", folder / f"{name}.key"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    key.write_bytes(secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return Made(certificate, key, pin_of(made), made, secret)


@dataclass
class Heard:
    """What a listener was told; `something` is set by the first bytes."""

    url: str
    data: bytearray = field(default_factory=bytearray)
    something: threading.Event = field(default_factory=threading.Event)
    ended: int = 0
    """Connections that are over."""

    def add(self, data: bytes) -> None:
        self.data += data
        self.something.set()


@contextmanager
def listening(serve: Callable[[socket.socket, Heard], None], scheme: str = "http") -> Iterator[Heard]:
    """Each connection is served in a thread of its own, and closed at the end."""
    with socket.create_server(("127.0.0.1", 0)) as server, ExitStack() as stack:
        heard = Heard("{}://{}:{}".format(scheme, *server.getsockname()))
        open_ends: list[socket.socket] = []
        threads: list[threading.Thread] = []

        def one(end: socket.socket) -> None:
            with end, suppress(OSError):
                serve(end, heard)
            heard.ended += 1

        def accept() -> None:
            while True:
                try:
                    end, _ = server.accept()
                except OSError:
                    return
                open_ends.append(end)
                threads.append(threading.Thread(target=one, args=(end,)))
                threads[-1].start()

        def close() -> None:
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            server.close()
            accepting.join()
            for end in open_ends:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                thread.join()

        accepting = threading.Thread(target=accept)
        accepting.start()
        stack.callback(close)
        yield heard


@contextmanager
def impostor(pair: Made) -> Iterator[Heard]:
    """Speaks TLS with a certificate of its own, and writes down what it is told beyond the handshake."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)

    def serve(end: socket.socket, heard: Heard) -> None:
        with context.wrap_socket(end, server_side=True) as tls:
            while data := tls.recv(65536):
                heard.add(data)

    with listening(serve, "https") as heard:
        yield heard


@contextmanager
def swallowing() -> Iterator[Heard]:
    """Takes everything and never answers."""

    def serve(end: socket.socket, heard: Heard) -> None:
        while data := end.recv(65536):
            heard.add(data)

    with listening(serve) as heard:
        yield heard


@contextmanager
def answering(*answers: bytes) -> Iterator[Heard]:
    """Answers request after request with these, the last one for ever; one request a connection."""
    left = list(answers)

    def serve(end: socket.socket, heard: Heard) -> None:
        heard.add(request_of(end))
        end.sendall(left.pop(0) if len(left) > 1 else left[0])

    with listening(serve) as heard:
        yield heard


def request_of(end: socket.socket) -> bytes:
    """One whole request with a Content-Length, or none."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = end.recv(65536)
        if not part:
            return data
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    while lengths and len(body) < int(lengths[0]):
        part = end.recv(65536)
        if not part:
            break
        body += part
    return head + b"\r\n\r\n" + body


def reply(status: str, body: bytes = b"", more: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n{more}\r\n".encode() + body


@contextmanager
def proxy(password: str = "", refuses: str = "") -> Iterator[Heard]:
    """An HTTP proxy for both ways, that may want `user:password`, or answers all with the status line `refuses`."""
    wanted = "Basic " + base64.b64encode(password.encode()).decode()

    def serve(end: socket.socket, heard: Heard) -> None:
        data = request_of(end)
        heard.add(data)
        head = data.decode("latin-1").partition("\r\n\r\n")[0]
        if refuses:
            end.sendall(reply(refuses))
        elif password and f"proxy-authorization: {wanted}".lower() not in head.lower():
            end.sendall(reply("407 Proxy Authentication Required", more="proxy-authenticate: Basic\r\n"))
        else:
            _lead_on(end, data, head)

    with listening(serve) as heard:
        yield heard


def _lead_on(end: socket.socket, data: bytes, head: str) -> None:
    method, target, _ = head.split("\r\n")[0].split(" ")
    if method == "CONNECT":
        host, _, port = target.rpartition(":")
        with socket.create_connection((host, int(port))) as there:
            end.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            _pump(end, there)
    else:
        host, _, path = target.removeprefix("http://").partition("/")
        name, _, port = host.rpartition(":")
        with socket.create_connection((name, int(port))) as there:
            # One request a connection: the next one must be led again.
            data = re.sub(rb"(?i)connection: keep-alive", b"connection: close", data, count=1)
            there.sendall(data.replace(target.encode(), b"/" + path.encode(), 1))
            _pump(end, there)


def _pump(one: socket.socket, other: socket.socket) -> None:
    while True:
        ready, _, _ = select.select([one, other], [], [])
        for end in ready:
            data = end.recv(65536)
            if not data:
                return
            (other if end is one else one).sendall(data)

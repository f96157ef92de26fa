"""What stands between here and an instance, told apart without credentials."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from snowconf.model.connection import InstanceSettings
from snowconf.model.origin import Origin
from snowconf.sandbox.doors.certificates import keep_certificate
from snowconf.servicenow.contacting import Contact, Obstacle, contact, find_proxy
from tests.servicenow.wire import Wire

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of this machine's own way out counts."""
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def there(url: str) -> InstanceSettings:
    """An instance at that address."""
    return InstanceSettings(name="there", url=url, origin=Origin("stack.toml", 4))


@contextmanager
def tls_server(served: Path | None, host: str = "127.0.0.1") -> Iterator[int]:
    """A port that speaks TLS with a certificate, or, without one, says something else."""
    listener = socket.create_server((host, 0))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if served:
        context.load_cert_chain(served)

    def serve() -> None:
        # It is over when the listener is closed, and with clients that hang up.
        with suppress(OSError):
            connection, _ = listener.accept()
            if served is None:
                connection.sendall(b"SMTP here, who is there?\r\n")
                connection.close()
            else:
                context.wrap_socket(connection, server_side=True).close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        listener.close()
        thread.join(timeout=10)


def over_tls(folder: Path, made: datetime, host: str, monkeypatch: pytest.MonkeyPatch) -> Contact:
    """What comes of a server with a certificate that was made at that time, and is trusted."""
    kept = keep_certificate(folder, made)
    monkeypatch.setenv("SSL_CERT_FILE", str(kept.trusted))
    with tls_server(kept.served, host) as port:
        return contact(there(f"https://{host}:{port}"))


def test_an_expired_certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its time is over."""
    found = over_tls(tmp_path, datetime.now(UTC) - timedelta(days=800), "127.0.0.1", monkeypatch)
    assert found.obstacle is Obstacle.EXPIRED


def test_a_certificate_of_another_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is trusted, for 127.0.0.1."""
    found = over_tls(tmp_path, datetime.now(UTC), "127.0.0.2", monkeypatch)
    assert found.obstacle is Obstacle.WRONG_HOST


def test_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    """It is signed by itself."""
    with tls_server(keep_certificate(tmp_path, datetime.now(UTC)).served) as port:
        assert contact(there(f"https://127.0.0.1:{port}")).obstacle is Obstacle.SELF_SIGNED


def test_a_port_without_tls() -> None:
    """Something else listens there."""
    with tls_server(None) as port:
        assert contact(there(f"https://127.0.0.1:{port}")).obstacle is Obstacle.TLS


@pytest.mark.parametrize(
    ("error", "obstacle"),
    [
        (httpx.ConnectTimeout("slow"), Obstacle.SILENT),
        (httpx.ReadTimeout("slow"), Obstacle.SILENT),
        (httpx.ProxyError("407"), Obstacle.PROXY),
        (httpx.RemoteProtocolError("cut"), Obstacle.BROKEN),
    ],
)
def test_other_silences(error: Exception, obstacle: Obstacle) -> None:
    """By the exception, and asked once."""
    wire = Wire([error])
    assert (contact(there("https://acme.service-now.com"), wire).obstacle, len(wire.requests)) == (
        obstacle,
        1,
    )


def test_wrong_hosts_are_known_by_openssls_number() -> None:
    """Wherever the exception lies among the causes."""
    cause = ssl.SSLCertVerificationError(1, "certificate verify failed")
    cause.verify_code = 62
    error = httpx.ConnectError("certificate verify failed")
    error.__cause__ = cause
    assert contact(there("https://acme.service-now.com"), Wire([error])).obstacle is Obstacle.WRONG_HOST


def test_a_refusal_is_an_answer() -> None:
    """401 is what an instance says to somebody whom it does not know."""
    body = {"error": {"message": "User is not authenticated", "detail": "Required"}, "status": "failure"}
    found = contact(there("https://acme.service-now.com"), Wire([httpx.Response(401, json=body)]))
    assert (found.problem, found.ahead_s) == (None, None)


def test_a_damaged_answer_is_a_problem() -> None:
    """As for every request."""
    damaged = httpx.Response(200, headers={"content-encoding": "br"}, content=b"x")
    assert contact(there("https://acme.service-now.com"), Wire([lambda _: damaged])).problem is not None


@pytest.mark.parametrize("date", ["", "soon"])
def test_a_date_that_is_none_compares_nothing(date: str) -> None:
    """No guess is made."""
    answer = httpx.Response(
        401, json={"error": {"message": "User is not authenticated"}}, headers={"Date": date}
    )
    assert contact(there("https://acme.service-now.com"), Wire([answer])).ahead_s is None


def test_a_date_without_a_zone_is_utc() -> None:
    """As HTTP has it."""
    date = f"{datetime.now(UTC):%a, %d %b %Y %H:%M:%S} -0000"
    answer = httpx.Response(
        401, json={"error": {"message": "User is not authenticated"}}, headers={"Date": date}
    )
    ahead = contact(there("https://acme.service-now.com"), Wire([answer])).ahead_s
    assert ahead is not None
    assert abs(ahead) < 5


@pytest.mark.parametrize(
    ("variables", "proxy"),
    [
        ({}, ""),
        ({"https_proxy": "http://me:canary@proxy.acme.com:3128"}, "proxy.acme.com:3128"),
        ({"all_proxy": "http://proxy.acme.com"}, "proxy.acme.com"),
        ({"https_proxy": "http://proxy.acme.com:notaport"}, "proxy.acme.com"),
        ({"https_proxy": "http://proxy.acme.com", "no_proxy": ".service-now.com"}, ""),
        ({"https_proxy": "nonsense"}, ""),
    ],
)
def test_the_proxy_is_the_environments(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], proxy: str
) -> None:
    """Host and port, and never its credentials."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert find_proxy(there("https://acme.service-now.com")) == proxy


def test_the_embedded_sandbox_needs_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does anything that is no https."""
    monkeypatch.setenv("https_proxy", "http://proxy.acme.com")
    assert find_proxy(there("sandbox:")) == ""

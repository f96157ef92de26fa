"""The sandbox's own certificate: made once, kept, renewed, trusted by who wants to."""

import ssl
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from snowconf.sandbox.doors.certificates import LIFE, VARIABLES, keep_certificate

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def serial(path: Path) -> int:
    """Which certificate it is."""
    return x509.load_pem_x509_certificate(path.read_bytes()).serial_number


def test_a_certificate_is_for_this_machine(tmp_path: Path) -> None:
    """Names and addresses of loopback, for a year, and no authority over other certificates."""
    made = x509.load_pem_x509_certificate(keep_certificate(tmp_path, NOW).trusted.read_bytes())
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert [str(each) for each in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "::1"]
    assert made.not_valid_after_utc == NOW + LIFE
    assert made.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False


def test_it_is_kept(tmp_path: Path) -> None:
    """Clients that trust it go on trusting it."""
    first, again = (serial(keep_certificate(tmp_path, NOW).trusted) for _ in range(2))
    assert first == again


@pytest.mark.parametrize(("days", "same"), [(334, True), (336, False), (400, False)])
def test_it_is_renewed_before_it_ends(tmp_path: Path, days: int, *, same: bool) -> None:
    """In its last month a new one is made."""
    first = serial(keep_certificate(tmp_path, NOW).trusted)
    later = serial(keep_certificate(tmp_path, NOW + timedelta(days=days)).trusted)
    assert (first == later) is same


@pytest.mark.parametrize(
    "content", [b"", b"rubbish", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_a_broken_file_is_replaced(tmp_path: Path, content: bytes) -> None:
    """What is no certificate does not stop anybody."""
    (tmp_path / "sandbox-tls.pem").write_bytes(content)
    assert serial(keep_certificate(tmp_path, NOW).served) > 0


def test_only_its_owner_reads_the_key(tmp_path: Path) -> None:
    """The file for clients holds no key."""
    kept = keep_certificate(tmp_path, NOW)
    assert stat.S_IMODE(kept.served.stat().st_mode) == 0o600
    assert (b"PRIVATE KEY" in kept.served.read_bytes(), b"PRIVATE" in kept.trusted.read_bytes()) == (
        True,
        False,
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sandbox-cert.pem", "sandbox-tls.pem"]


def test_processes_that_start_at_once_end_with_one_certificate(tmp_path: Path) -> None:
    """Who comes second takes what is there."""
    with ThreadPoolExecutor(8) as pool:
        kept = {serial(each.served) for each in pool.map(lambda _: keep_certificate(tmp_path, NOW), range(8))}
    assert kept == {serial(tmp_path / "sandbox-cert.pem")}


def test_python_serves_and_trusts_it(tmp_path: Path) -> None:
    """Over a pair of buffers, without a socket: the handshake succeeds for localhost."""
    kept = keep_certificate(tmp_path, datetime.now(UTC))
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(kept.served)
    trusting = ssl.create_default_context(cafile=str(kept.trusted))
    upward, downward = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = serving.wrap_bio(upward, downward, server_side=True)
    client = trusting.wrap_bio(downward, upward, server_hostname="localhost")
    for side in (client, server, client, server):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    assert client.version() == "TLSv1.3"


def test_the_variables_are_those_that_clients_read() -> None:
    """Python and Go, requests, Node, curl."""
    assert VARIABLES == ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE")

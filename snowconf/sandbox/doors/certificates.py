"""A certificate of the sandbox's own for 127.0.0.1 and localhost, signed by itself, kept where it is served from."""

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from secrets import token_hex

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFE = timedelta(days=365)
RENEWED_BEFORE_END = timedelta(days=30)
NAMES = ("localhost",)
ADDRESSES = ("127.0.0.1", "::1")
# What Python, curl, requests and Node look at.
VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Two PEM files: `served` holds certificate and key and is for the server alone, `trusted` is for clients."""

    served: Path
    trusted: Path


def keep_certificate(folder: Path, now: datetime) -> Certificate:
    """The folder's certificate, a new one when there is none or it ends soon. Several processes get the same.

    Raises:
        OSError: the folder cannot be written to.
    """
    kept = Certificate(served=folder / "sandbox-tls.pem", trusted=folder / "sandbox-cert.pem")
    # Asked first: what another process makes in the meantime is good and must not be replaced.
    write = _replace if kept.served.exists() else _create_once
    if not _is_good(kept.served, now):
        write(kept.served, _make(now))
    _replace(kept.trusted, _read(kept.served).public_bytes(Encoding.PEM))
    return kept


def _read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _is_good(path: Path, now: datetime) -> bool:
    try:
        return _read(path).not_valid_after_utc - now > RENEWED_BEFORE_END
    except (OSError, ValueError):
        return False


def _make(now: datetime) -> bytes:
    """Key and certificate. No authority: whoever trusts it trusts nothing else."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "snowconf sandbox")])
    names = [*map(x509.DNSName, NAMES), *(x509.IPAddress(ip_address(each)) for each in ADDRESSES)]
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now.astimezone(UTC) - timedelta(days=1))
        .not_valid_after(now.astimezone(UTC) + LIFE)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    signed = builder.sign(key, SHA256())
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return secret + signed.public_bytes(Encoding.PEM)


def _create_once(path: Path, content: bytes) -> None:
    """Write the file whole, unless another process was faster."""
    draft = _draft(path, content)
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def _replace(path: Path, content: bytes) -> None:
    _draft(path, content).replace(path)


def _draft(path: Path, content: bytes) -> Path:
    draft = path.with_name(f"{path.name}.{token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    return draft

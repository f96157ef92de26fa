"""Made-up secrets that can be recognised wherever they appear, and the search for them."""

import base64
import html
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus

# Characters that every encoding writes differently; a header can carry all but the blank and the accent.
SPECIAL = "\"'&+/%\\<>=~"
ENCODERS = {"base64": base64.b64encode, "base64url": base64.urlsafe_b64encode}


@dataclass(frozen=True, slots=True)
class Canary:
    """A secret for one place. `core` is in it, is made of letters alone, and in nothing else in the world."""

    core: str
    fits_header: bool = False

    @property
    def text(self) -> str:
        """The whole secret."""
        return f"{self.core}{SPECIAL}" if self.fits_header else f"{self.core} {SPECIAL}é"

    def forms(self) -> Iterator[tuple[str, str]]:
        """How it could appear: the name of an encoding, and the text to look for."""
        for text in (self.core, self.text):
            yield from _forms(text)


USER_PASSWORD = Canary("QuxelUserPassword")
CLIENT_SECRET = Canary("QuxelClientSecret")
SECRET_VALUE = Canary("QuxelSecretValue")
RECORD_SECRET = Canary("QuxelRecordSecret")
ASSERTION_SECRET = Canary("QuxelAssertionSecret")
SHARED_KEY = Canary("QuxelSharedKey")
DATABASE_PASSWORD = Canary("QuxelDatabasePassword")
PROVIDER_SECRET = Canary("QuxelProviderSecret")
BASIC_PASSWORD = Canary("QuxelBasicPassword")
OUTBOUND_KEY = Canary("QuxelOutboundKey")
TELLING_VALUE = Canary("QuxelTellingValue")
FROM_FILE = Canary("QuxelFromFile")
RUNNER_PASSWORD = Canary("QuxelRunnerPassword")
RUNNER_SECRET = Canary("QuxelRunnerSecret")
RUNNER_REFRESH = Canary("QuxelRunnerRefresh", fits_header=True)
RUNNER_TOKEN = Canary("QuxelRunnerToken", fits_header=True)
RUNNER_KEY = Canary("QuxelRunnerKey", fits_header=True)
GIVEN_TOKEN = Canary("QuxelGivenToken", fits_header=True)
GIVEN_REFRESH = Canary("QuxelGivenRefresh", fits_header=True)
LITERAL = Canary("QuxelLiteralInFile")

EVERY = tuple(each for each in globals().values() if isinstance(each, Canary))


def _forms(text: str) -> Iterator[tuple[str, str]]:
    data = text.encode()
    yield "as is", text
    yield from (("hex", data.hex()), ("hex in capitals", data.hex().upper()))
    yield from (
        ("JSON", json.dumps(text)[1:-1]),
        ("JSON, not ASCII", json.dumps(text, ensure_ascii=False)[1:-1]),
    )
    yield from (("Python", repr(text)[1:-1]), ("HTML", html.escape(text)))
    yield from (("URL", quote(text, safe="")), ("URL with slashes", quote(text)), ("form", quote_plus(text)))
    for name, encode in ENCODERS.items():
        for shift in range(3):
            # What stands for the secret alone, whatever is encoded before and after it.
            inner = encode(b"\0" * shift + data)[(0, 2, 3)[shift] : (len(data) + shift) // 3 * 4].decode()
            yield f"{name} after {shift} bytes", inner


def leaks_in(content: bytes, canaries: Iterable[Canary] = EVERY) -> list[str]:
    """Which secrets are in it, and how they are written there."""
    folded = content.lower()
    return [
        f"{canary.core} ({form})"
        for canary in canaries
        for form, text in canary.forms()
        if (form == "as is" and text.encode().lower() in folded) or text.encode() in content
    ]


def leaks_in_files(folder: Path, *, but: Iterable[str] = (), canaries: Iterable[Canary] = EVERY) -> list[str]:
    """The same for every file below a folder, but for those that a person wrote; names of files count too."""
    written = set(but)
    return [
        f"{path.relative_to(folder)}: {leak}"
        for path in sorted(folder.rglob("*"))
        if path.is_file() and str(path.relative_to(folder)) not in written
        for leak in leaks_in(path.name.encode() + b"\n" + path.read_bytes(), canaries)
    ]

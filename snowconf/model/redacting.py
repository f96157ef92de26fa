"""Hiding secrets again in whatever is written, in plain and in the usual encodings. Pure."""

import base64
import html
import json
import re
from collections.abc import Callable, Iterator
from threading import Lock
from urllib.parse import quote, quote_plus

MASK = "(secret)"
# Masking "on" or "1" would hide half of every text and protect nothing.
SHORTEST = 4
# Shorter ones may be words, such as "admin", or parts of them: where one is part of a longer word it gives nothing away.
SHORTEST_ANYWHERE = 6
# Stands for a mask while others are put in, so that a secret called "secret" does no harm; no text holds it.
PLACE = "\U0010ffff"


class Redactor:
    """Knows texts that must not be shown. Safe to share among threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._forms: set[str] = set()
        self._words: set[str] = set()
        self._longest_first: tuple[str, ...] = ()

    def hide(self, secret: str) -> None:
        """From now on it is masked; what is shorter than four letters never is, and a short word only as a whole one."""
        with self._lock:
            self._forms.update(_forms(secret))
            if len(secret) < SHORTEST_ANYWHERE and secret.isalnum():
                self._words.add(secret)

    def redact(self, text: str) -> str:
        """The text with MASK in place of every secret, however it is written there."""
        for form in self._sorted():
            if form in self._words:
                text = re.sub(rf"(?<!\w){form}(?!\w)", PLACE, text)
            else:
                text = text.replace(form, PLACE)
        return text.replace(PLACE, MASK)

    def _sorted(self) -> tuple[str, ...]:
        """Longest first, so that a secret that begins with another leaves no rest; sorted when somebody asks."""
        with self._lock:
            if len(self._longest_first) != len(self._forms):
                self._longest_first = tuple(sorted(self._forms, key=lambda form: (-len(form), form)))
            return self._longest_first


def _forms(secret: str) -> Iterator[str]:
    """The secret as it may appear: plain, quoted for URLs, JSON, HTML and Python, in hex and in base64."""
    if len(secret) < SHORTEST:
        return
    data = secret.encode()
    yield from (secret, data.hex(), data.hex().upper(), repr(secret)[1:-1], html.escape(secret))
    yield from (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
    for quoted in (quote(secret, safe=""), quote(secret), quote_plus(secret)):
        yield from (quoted, re.sub("%[0-9A-F]{2}", lambda escape: escape[0].lower(), quoted))
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield encode(data).decode()
        yield from (_inner_base64(data, shift, encode) for shift in range(3))


def _inner_base64(data: bytes, shift: int, encode: Callable[[bytes], bytes]) -> str:
    """The characters that stand for the secret alone when it is encoded amid other text, as after `user:`."""
    first = (0, 2, 3)[shift]
    last = (8 * (len(data) + shift)) // 6
    return encode(bytes(shift) + data).decode()[first:last]

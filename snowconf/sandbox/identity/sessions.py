"""Browsers that logged in, and the authorization codes they were given. Both live as long as the process does."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from snowconf.sandbox.storage.store import Store

LENGTH = timedelta(minutes=30)
AT_MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a client wants to be authorized for: `client` is the sys_id of its registry, `redirect` where to answer."""

    client: str
    redirect: str
    state: str = ""
    scope: str = ""
    challenge: str = ""
    challenge_method: str = ""


@dataclass(slots=True, kw_only=True)
class BrowserSession:
    """A user in a browser. `check` is what its forms must bring back (`sysparm_ck`), `wish` what it was asked for."""

    key: str
    check: str
    user: str
    expires: datetime
    wish: Wish | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """An authorization code's meaning: the wish that was granted, by which user, until when."""

    wish: Wish
    user: str
    expires: datetime


@dataclass(slots=True)
class Sessions:
    """All that are open."""

    store: Store
    browsers: dict[str, BrowserSession] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)

    def open(self, user: str, now: datetime) -> BrowserSession:
        """A new session for the user."""
        _make_room(self.browsers)
        key = secrets.token_hex(16).upper()
        opened = BrowserSession(key=key, check=secrets.token_hex(36), user=user, expires=now + LENGTH)
        self.browsers[key] = opened
        return opened

    def find(self, key: str, now: datetime) -> BrowserSession | None:
        """The session of that cookie, which then lasts another half hour."""
        found = self.browsers.get(key)
        if found is None or found.expires <= now:
            return None
        found.expires = now + LENGTH
        return found

    def close(self, key: str) -> None:
        """Log out."""
        self.browsers.pop(key, None)

    def grant(self, code: Code) -> str:
        """A code to show for it, once."""
        _make_room(self.codes)
        text = secrets.token_urlsafe(64)
        self.codes[text] = code
        return text

    def redeem(self, text: str, now: datetime) -> Code | None:
        """What the code means, which can be asked once and in time."""
        found = self.codes.pop(text, None)
        return found if found and found.expires > now else None


def _make_room(kept: dict[str, BrowserSession] | dict[str, Code]) -> None:
    """Forget the oldest of too many."""
    while len(kept) >= AT_MOST:
        del kept[next(iter(kept))]

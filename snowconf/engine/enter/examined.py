"""One refusal beside what was seen because of it: the facts that prerequisites ask about. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from snowconf.engine.context import Context
from snowconf.engine.enter.inspecting import ABLE, Evidence
from snowconf.engine.enter.remedies import Blocks
from snowconf.engine.port import Row
from snowconf.errors import SecretUnavailableError
from snowconf.model.address import Address
from snowconf.model.connection import OAuthGrant
from snowconf.model.grant import Entrance, Refusal
from snowconf.model.value import SecretSource

# Nothing that is hashed is so short; user_password is 92 characters, and was 12 unhashed (wire-contract.md 6.5).
SHORTEST_HASH = 40
MASKED = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """Who was refused, what was seen, and the stack's blocks."""

    refusal: Refusal
    evidence: Evidence
    blocks: Blocks
    context: Context

    @property
    def entrance(self) -> Entrance:
        """How somebody tried to get in."""
        return self.refusal.entrance

    @property
    def client_id(self) -> str:
        """Of the client that asked for the token; "" where none did, or its id is not known."""
        auth = self.entrance.auth
        return auth.client_id if isinstance(auth, OAuthGrant) else ""

    @property
    def client(self) -> Row | None:
        """The client's record."""
        return self.evidence.find("oauth_entity", "client_id", self.client_id)

    @property
    def account(self) -> Row | None:
        """The record of whom the token or the request acts as: with client credentials the application user."""
        if self.entrance.way != "client_credentials":
            return self.evidence.find("sys_user", "user_name", self.entrance.user_name)
        client = self.client or {}
        found = {each: client[f"user.{each}"] for each in ABLE if f"user.{each}" in client}
        return found if found.get("user_name") else None

    @property
    def account_name(self) -> str:
        """The account's name, as the instance or else the stack has it."""
        return (self.account or {}).get("user_name") or self.entrance.user_name

    @property
    def account_block(self) -> Address | None:
        """The block of the account, when the token acts as the user whom the stack declares."""
        is_declared = self.account_name.casefold() == self.entrance.user_name.casefold()
        return self.entrance.user if is_declared else None

    def account_is(self, column: str) -> bool:
        """Is a yes-or-no column of the account true?"""
        return (self.account or {}).get(column) == "true"

    def setting(self, name: str) -> str:
        """What a property holds, in lower case; "" where it has no row."""
        row = self.evidence.find("sys_properties", "name", name)
        return row.get("value", "").strip().lower() if row else ""

    def words_of(self, name: str, absent: str = "") -> frozenset[str]:
        """A property that is a list with commas."""
        words = (self.setting(name) or absent).split(",")
        return frozenset(each.strip() for each in words if each.strip())

    @property
    def roles(self) -> frozenset[str]:
        """The names of the account's roles, in lower case."""
        rows = self._of_account("sys_user_has_role")
        return frozenset(row.get("role.name", "").lower() for row in rows)

    @property
    def is_excepted(self) -> bool:
        """Is the account named as an exception of the restriction of basic authentication?"""
        return any(True for _ in self._of_account("sys_user_basic_auth_exception"))

    @property
    def is_verbatim(self) -> bool:
        """Is the password of the account stored as it was sent? Said of its form, and of no letter of it."""
        stored = (self.account or {}).get("user_password", "")
        if not stored or stored.strip(MASKED) == "":
            return False
        return len(stored) < SHORTEST_HASH or stored == self._declared_password()

    @property
    def has_no_password(self) -> bool:
        """Is the column empty that holds it? Some releases may show no password of anybody, so this proves nothing."""
        return (self.account or {}).get("user_password") == ""

    @property
    def was_counted(self) -> bool:
        """Have wrong passwords been counted against the account since somebody last gave the right one?"""
        return (self.account or {}).get("failed_attempts", "") not in ("", "0")

    def _declared_password(self) -> str | None:
        source = password_of(self.entrance)
        if source is None:
            return None
        try:
            return self.context.secrets.resolve(source).reveal()
        except SecretUnavailableError:
            return None

    def _of_account(self, table: str) -> Iterable[Row]:
        wanted = self.account_name.casefold()
        rows = self.evidence.of(table).rows
        return (row for row in rows if row.get("user.user_name", "").casefold() == wanted)


def password_of(entrance: Entrance) -> SecretSource | None:
    """Where the user's password is, when the way in needs one."""
    return entrance.auth.password


def client_secret_of(entrance: Entrance) -> SecretSource | None:
    """Where the client's secret is, when the way in needs one."""
    return entrance.auth.client_secret if isinstance(entrance.auth, OAuthGrant) else None

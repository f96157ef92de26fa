"""A stack that is applied to a fresh instance, and its identities before the door."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from snowconf.config.secrets import Secrets
from snowconf.engine.entering import find_entrances
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.grant import Entrance, Refusal
from snowconf.servicenow.entering import InstanceDoor
from snowconf.servicenow.in_process import InProcessTransport
from snowconf.servicenow.table_api import TableApi
from tests.hazards.bench import ENVIRONMENT, Bench

SVC = Address("user", "svc")
GATE = "glide.oauth.inbound.client.credential.grant_type.enabled"

BY_PASSWORD = """
[user.svc]
password = { env = "SECRET" }

[oauth_app.app]
name = "App"
client_secret = { env = "SECRET" }
"""
BY_CLIENT = f"""
[property."{GATE}"]
type = "boolean"
value = true

[user.svc]
active = true

[oauth_app.app]
name = "App"
user = "svc"
default_grant_type = "client_credentials"
client_secret = {{ env = "SECRET" }}
"""
BASIC = """
[user.svc]
password = { env = "SECRET" }
"""


@dataclass
class Doorstep(Bench):
    """`secrets` are what the stack's sources hold when somebody comes to the door."""

    def __post_init__(self) -> None:
        Bench.__post_init__(self)
        self.secrets = dict(ENVIRONMENT)
        self.text = ""

    def build(self, text: str) -> None:
        """Apply a stack."""
        self.text = text
        assert not self.apply(text).diagnostics

    @contextmanager
    def runner(self) -> Iterator[TableApi]:
        """The runner's own session."""
        _, settings = self._loaded(self.text)
        with self._opened(settings) as instance:
            yield instance

    def way(self, user: Address = SVC) -> Entrance | Diagnostic:
        """How the user gets in."""
        return self.ways(user)[user]

    def ways(self, *users: Address) -> Mapping[Address, Entrance | Diagnostic]:
        """How each of these users gets in."""
        desired, _ = self._loaded(self.text)
        with self.runner() as instance:
            return find_entrances(desired, instance, users)

    @contextmanager
    def door(self) -> Iterator[InstanceDoor]:
        """The way in."""
        _, settings = self._loaded(self.text)
        transport = InProcessTransport(self.sandbox.exchange())
        with InstanceDoor(settings, Secrets(self.secrets, self.folder).resolve, transport=transport) as door:
            yield door

    def enter(self, user: Address = SVC) -> str:
        """As whom the instance takes the user that comes, by its sys_id; or the status of the refusal."""
        way = self.way(user)
        assert isinstance(way, Entrance), way
        with self.door() as door:
            found = door.enter(way)
            if isinstance(found, Refusal):
                return str(found.status)
            with found:
                return found.whoami().user_name

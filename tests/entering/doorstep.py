"""A stack that is applied to a fresh instance, and its identities before the door."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from snowconf.config.secrets import Secrets
from snowconf.engine.enter.diagnosing import diagnose
from snowconf.engine.enter.entering import find_entrances
from snowconf.errors import InstanceError
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.grant import Entrance, Refusal
from snowconf.model.query import Query
from snowconf.sandbox.switches import parse
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

    def refuse(self, user: Address = SVC) -> Refusal:
        """What the user gets who comes and is turned away, by the token endpoint or by the first API it asks."""
        way = self.way(user)
        assert isinstance(way, Entrance), way
        with self.door() as door:
            found = door.enter(way)
            if isinstance(found, Refusal):
                return found
            with found, pytest.raises(InstanceError) as refused:
                found.list_rows("sys_user_role", Query(), ("name",), limit=1)
        error = refused.value
        return Refusal(entrance=way, request=error.request, status=error.status, words="nothing")

    def as_if(self, error: InstanceError) -> Refusal:
        """The refusal that this error would be."""
        way = self.way()
        assert isinstance(way, Entrance), way
        return Refusal(entrance=way, request=error.request, status=error.status, words="nothing")

    def refuse_after(self, change: Callable[[], object]) -> Refusal:
        """What the user gets who was about to come when something was changed."""
        way = self.way()
        assert isinstance(way, Entrance), way
        change()
        with self.door() as door:
            found = door.enter(way)
        assert isinstance(found, Refusal)
        return found

    def remove(self, table: str, **equal: str) -> None:
        """Take a row away behind everybody's back."""
        self.sandbox.store.delete(table, self.find(table, **equal))

    def switch(self, **chosen: str) -> None:
        """Have the instance be another release."""
        self.sandbox.switches = parse({**self.switches, **chosen})

    def close_tables_to_all_but(self, kind: str) -> None:
        """A policy for the Table API, with a profile of one kind."""
        self.lay_policy(kind, api_path="now/table", apply_all="true")

    def lay_policy(self, kind: str, **columns: str) -> None:
        """An access policy with a profile of one kind, or with none."""
        policy = self.lay("sys_api_access_policy", name="Tables only so", active="true", **columns)
        table = "http_key_auth" if kind == "http_key" else "std_http_auth"
        kept = {} if kind == "http_key" else {"type": kind}
        if kind:
            profile = self.lay(table, name="So", active="true", sys_class_name=table, **kept)
            self.lay("sys_auth_profile_mapping", api_access_policy=policy, inbound_auth_profile=profile)

    def diagnose_none(self) -> Mapping[Address, object]:
        """What the token doctor says when nobody was refused."""
        desired, _ = self._loaded(self.text)
        with self.runner() as instance:
            return diagnose((), desired, instance, self._context(None, {}))

    def diagnose(self, *refusals: Refusal, **settings: Any) -> list[Diagnostic]:
        """What the token doctor says of the first of these; without any, of the identity that comes now."""
        asked = refusals or (self.refuse(),)
        desired, _ = self._loaded(self.text)
        self.keeper.secrets.update(self.secrets)
        with self.runner() as instance:
            found = diagnose(asked, desired, instance, self._context(None, settings))
        return list(found[asked[0].entrance.user])

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

"""A seeded sandbox without HTTP: somebody sits at it, and its clock can be put forward."""

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from snowconf.sandbox.acting.session import Session
from snowconf.sandbox.acting.stamping import insert_row
from snowconf.sandbox.identity import oauth
from snowconf.sandbox.identity.identities import Caller, authenticate, caller_for
from snowconf.sandbox.rights.access import Access
from snowconf.sandbox.storage.made_ids import fresh_id
from snowconf.sandbox.storage.store import Row, Store
from snowconf.sandbox.switches import Switches, parse
from snowconf.sandbox.wire.requests import Answer, Request
from snowconf.sandbox.writing import glide

HOST = "http://sandbox.localhost"
FORM = {"content-type": "application/x-www-form-urlencoded"}


@dataclass
class FakeClock:
    """A clock that stands still until it is put forward."""

    moment: datetime = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The time it stands at."""
        return self.moment

    def forward(self, **span: float) -> None:
        """Let time pass: `seconds=`, `days=`."""
        self.moment += timedelta(**span)


@dataclass
class Desk:
    """What tests do with a sandbox, as admin unless they say who."""

    store: Store
    clock: FakeClock = field(default_factory=FakeClock)
    switches: Switches = field(default_factory=Switches)
    who: str = "admin"
    display_input: bool = False
    scripted: bool = False

    def switch(self, **chosen: str) -> None:
        """Set switches."""
        self.switches = parse({**self.switches.chosen, **chosen})

    def session(self, user_name: str = "admin") -> Session:
        """The user at work."""
        caller = caller_for(self.store, user_name)
        return Session(
            store=self.store, switches=self.switches, caller=caller, clock=self.clock, scripted=self.scripted
        )

    def access(self, user_name: str = "admin") -> Access:
        """What the user may do."""
        return Access(self.store, self.switches, caller_for(self.store, user_name))

    # -- writing as the platform's user

    def by(self, user_name: str) -> "Desk":
        """The same desk with somebody else at it."""
        return replace(self, who=user_name)

    def as_people_write(self) -> "Desk":
        """The same desk with sysparm_input_display_value=true."""
        return replace(self, display_input=True)

    def as_a_script(self) -> "Desk":
        """The same desk, writing past access control as scripts of the platform do."""
        return replace(self, scripted=True)

    def insert(self, table: str, /, **values: str) -> Row:
        """POST."""
        return glide.insert(self.session(self.who), table, values, display_input=self.display_input)

    def update(self, table: str, row: Row, /, **values: str) -> Row:
        """PATCH."""
        session = self.session(self.who)
        return glide.update(session, table, row["sys_id"], values, display_input=self.display_input)

    def delete(self, table: str, row: Row) -> None:
        """DELETE."""
        glide.delete(self.session(self.who), table, row["sys_id"])

    # -- looking

    def one(self, table: str, **equal: str) -> Row:
        """The only row that holds these values."""
        (row,) = self.store.find(table, **equal)
        return row

    def role(self, name: str) -> str:
        """The role's sys_id."""
        return self.one("sys_user_role", name=name)["sys_id"]

    def roles_of(self, user: Row, **equal: str) -> list[str]:
        """The names of the user's roles, one for each row, sorted."""
        grants = self.store.find("sys_user_has_role", user=user["sys_id"], **equal)
        return sorted((self.store.get("sys_user_role", grant["role"]) or {})["name"] for grant in grants)

    # -- arranging

    def user(self, name: str, *roles: str, password: str = "", **values: str) -> Row:
        """A user with direct roles and, if wanted, a password that works."""
        row = self.insert("sys_user", user_name=name, **values)
        if password:
            row = self.as_people_write().update("sys_user", row, user_password=password)
        for role in roles:
            self.insert("sys_user_has_role", user=row["sys_id"], role=self.role(role))
        return row

    def acl(self, name: str, operation: str = "read", *roles: str, **values: str) -> Row:
        """An access control, planted past elevation and rules."""
        session = self.session()
        row = insert_row(session, "sys_security_acl", {"name": name, "operation": operation} | values)
        for role in roles:
            pair = {"sys_security_acl": row["sys_id"], "sys_user_role": self.role(role)}
            insert_row(session, "sys_security_acl_role", pair)
        return row

    def setting(self, name: str, value: str) -> None:
        """A system property with this value."""
        found = self.store.find("sys_properties", name=name)
        if found:
            self.store.update("sys_properties", found[0]["sys_id"], {"value": value})
        else:
            insert_row(self.session(), "sys_properties", {"name": name, "value": value}, fresh_id())

    # -- logging in

    def client(self, **values: str) -> Row:
        """An application registry with the secret `s3cret`."""
        chosen = {"name": "Finout", "type": "client", "client_id": "finout", "client_secret": "s3cret"}
        return self.insert("oauth_entity", **(chosen | values))

    def ask_token(self, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answer:
        """POST /oauth_token.do as the client `finout`, unless the form says otherwise."""
        complete = {"client_id": "finout", "client_secret": "s3cret", **form}
        request = Request(
            method="POST",
            path="/oauth_token.do",
            host=HOST,
            headers={**FORM, **(headers or {})},
            body=urlencode({name: value for name, value in complete.items() if value}).encode(),
        )
        return oauth.token(self.store, self.switches, request, clock=self.clock)

    def token(self, form: Mapping[str, str]) -> dict[str, Any]:
        """The body of a token answer that must have one."""
        answer = self.ask_token(form)
        assert answer.status == 200, answer.body
        body: dict[str, Any] = json.loads(answer.body)
        return body

    def whoever_sends(self, authorization: str) -> Caller | None:
        """The caller that this header makes."""
        request = Request(method="GET", path="/", host=HOST, headers={"authorization": authorization})
        return authenticate(self.store, self.switches, request, clock=self.clock)

    def log_in(self, name: str, password: str) -> Caller | None:
        """The caller that basic authentication makes."""
        return self.whoever_sends("Basic " + b64encode(f"{name}:{password}".encode()).decode())

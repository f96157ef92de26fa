"""A sandbox as a browser and as API clients see it, with somebody at its desk who can arrange everything."""

import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.storage.journal import Wish
from snowconf.sandbox.storage.store import Row
from tests.sandbox_platform.desk import Desk

HOST = "https://dev1.example.com"
FORM = ("Content-Type", "application/x-www-form-urlencoded")
TABLE = "/api/now/table/sys_user?sysparm_limit=1"


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes

    @property
    def text(self) -> str:
        """The body of a page."""
        return self.body.decode()

    def json(self) -> Any:
        """The body of an API's answer."""
        return json.loads(self.body)

    def header(self, name: str) -> str:
        """The first header of that name."""
        return next((value for key, value in self.headers if key == name), "")

    def all(self, name: str) -> list[str]:
        """Every header of that name."""
        return [value for key, value in self.headers if key == name]

    def field(self, name: str) -> str:
        """The value of a form's input."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        assert found, self.text
        return unescape(found[1])

    @property
    def answer(self) -> dict[str, str]:
        """What a redirect tells the client."""
        return dict(parse_qsl(urlsplit(self.header("Location")).query))


@dataclass(frozen=True)
class Site:
    """The sandbox, and the desk over its store."""

    sandbox: Sandbox
    desk: Desk

    def send(
        self, method: str, target: str, *headers: tuple[str, str], form: Mapping[str, str] | None = None
    ) -> Reply:
        """Any request; a form goes as one."""
        body = urlencode(form).encode() if form is not None else b""
        sent = [*headers, FORM] if form is not None else [*headers]
        return Reply(*self.sandbox.exchange()(method, HOST + target, sent, body))

    def call(self, *headers: tuple[str, str], target: str = TABLE) -> Reply:
        """GET of an API."""
        return self.send("GET", target, *headers)

    def token(self, **form: str) -> Reply:
        """POST /oauth_token.do as the desk's client."""
        client = {"client_id": "finout", "client_secret": "s3cret"}
        sent = {name: value for name, value in (client | form).items() if value}
        return self.send("POST", "/oauth_token.do", form=sent)

    def why(self) -> str:
        """Why the last request was not let in, as the log says it."""
        entry = self.sandbox.read_log(Wish())[-1]
        return next((each.why for each in entry.decisions if not each.allowed), "")

    # -- a browser

    def log_in(self, name: str, password: str, goto: str = "") -> Reply:
        """POST /login.do."""
        form = {"user_name": name, "user_password": password, "sys_action": "sysverb_login"}
        return self.send("POST", "/login.do", form=form | ({"sysparm_goto_url": goto} if goto else {}))

    def cookie(self, name: str = "joe", password: str = "pw") -> tuple[str, str]:
        """The cookie of a session that this user opened."""
        return ("Cookie", self.log_in(name, password).header("Set-Cookie").partition(";")[0])

    def ask(self, cookie: tuple[str, str] | None, **parameters: str) -> Reply:
        """GET /oauth_auth.do."""
        asked = {
            "response_type": "code",
            "client_id": "finout",
            "redirect_uri": "https://a/cb",
            "state": "xyz",
        }
        query = urlencode({name: value for name, value in (asked | parameters).items() if value})
        return self.send("GET", f"/oauth_auth.do?{query}", *([cookie] if cookie else []))

    def press(self, cookie: tuple[str, str], page: Reply, action: str = "authorize") -> Reply:
        """POST of the consent form that was shown."""
        form = {"sysparm_ck": page.field("sysparm_ck"), "oauth_auth_check_action": action}
        return self.send("POST", "/oauth_auth.do", cookie, form=form)

    def code(self, **parameters: str) -> str:
        """A code for joe."""
        cookie = self.cookie()
        return self.press(cookie, self.ask(cookie, **parameters)).answer["code"]

    # -- arranging

    def switch(self, **chosen: str) -> None:
        """Set switches."""
        self.desk.switch(**chosen)
        self.sandbox.switches = self.desk.switches

    def client(self, **values: str) -> Row:
        """The desk's client, with an address of its own."""
        return self.desk.client(**({"redirect_url": "https://a/cb, https://b/cb?x=1"} | values))

    def jwt_client(self, **values: str) -> Row:
        """A client of the class that assertions are for."""
        chosen = {
            "name": "Machine",
            "client_id": "machine",
            "client_secret": "s3cret",
            "user_field": "sys_id",
        }
        return self.desk.insert("oauth_jwt", **(chosen | values))

    def policy(self, *profiles: Row, **values: str) -> Row:
        """An access policy on the Table API that takes these kinds."""
        everything = dict.fromkeys(
            ("apply_all_methods", "apply_all_resources", "apply_all_tables", "apply_all_versions"), "true"
        )
        row = self.desk.insert(
            "sys_api_access_policy", **({"name": "Tables", "api_path": "now/table"} | everything | values)
        )
        for profile in profiles:
            pair = {"api_access_policy": row["sys_id"], "inbound_auth_profile": profile["sys_id"]}
            self.desk.insert("sys_auth_profile_mapping", **pair)
        return row

    def profile(self, kind: str, **values: str) -> Row:
        """A standard profile of this type."""
        return self.desk.insert("std_http_auth", name=kind, type=kind, **values)

    def key_profile(self, kind: str = "auth_header") -> Row:
        """A profile for keys in a header (`auth_header`) or in the query (`query_param`)."""
        parameter = self.desk.one("sys_token_auth_parameter", type=kind)["sys_id"]
        return self.desk.insert("http_key_auth", name=f"keys in {kind}", auth_parameter=parameter)

    def scope(self, name: str, **guarded: str) -> Row:
        """A scope; with an API's path or method, the guard of that."""
        row = self.desk.insert("sys_auth_scope", name=name)
        if guarded:
            everything = {"apply_all_resources": "true", "apply_all_versions": "true"}
            self.desk.insert("sys_api_access_scope", auth_scope=row["sys_id"], **(everything | guarded))
        return row

    def give_scope(self, client: Row, scope: Row) -> None:
        """Map the scope to the client."""
        pair = {"oauth_entity": client["sys_id"], "auth_scope": scope["sys_id"]}
        self.desk.insert("oauth_entity_auth_scope_mapping", **pair)


def basic(name: str, password: str) -> tuple[str, str]:
    """The header of basic authentication."""
    return ("Authorization", "Basic " + b64encode(f"{name}:{password}".encode()).decode())


def bearer(token: str) -> tuple[str, str]:
    """The header of a token."""
    return ("Authorization", f"Bearer {token}")


def element(tag: int, content: bytes) -> bytes:
    """An element of DER."""
    return bytes([tag, 0x82]) + len(content).to_bytes(2) + content


def rsa_pem(modulus: int, exponent: int) -> str:
    """An RSA key as PEM."""
    numbers = (number.to_bytes(number.bit_length() // 8 + 1) for number in (modulus, exponent))
    kind = element(0x30, element(6, bytes.fromhex("2a864886f70d010101")) + element(5, b""))
    bits = element(0x30, b"".join(element(2, number) for number in numbers))
    info = element(0x30, kind + element(3, b"\x00" + bits))
    return f"-----BEGIN PUBLIC KEY-----\n{b64encode(info).decode()}\n-----END PUBLIC KEY-----\n"

"""The examples applied on a sandbox of this process, verified, and spoilt by the hand of an administrator."""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlencode

import tomli

from snowconf.dictionary import table_names
from snowconf.sandbox.instance import Sandbox
from tests.driving.stage import Stage, Time, sandbox_like

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
GUIDES = (
    "finout",
    "flexera-fnms",
    "flexera-itam",
    "flexera-saas-reclamation",
    "servicenow-sam-custom-profile",
)
HOST = "http://sandbox.localhost"
# What the instance notes of whoever gets in and asks, and what it remembers of what was there.
TOKENS_AND_LOGS = frozenset(
    {"oauth_credential", "sys_audit", "sys_audit_delete", "syslog", "syslog_transaction"}
)
# Whether it is allowed, the operation, and what it reaches.
Promised: TypeAlias = tuple[bool, str, str]
Verdicts: TypeAlias = dict[Promised, str]


@dataclass(frozen=True, slots=True)
class Hand:
    """An administrator at the REST API."""

    sandbox: Sandbox

    def send(self, verb: str, path: str, body: Mapping[str, str] | None = None, **query: str) -> Any:
        """What stands under `result`; None for no body."""
        url = f"{HOST}/api/now/table/{path}?{urlencode(query)}"
        content = json.dumps(body).encode() if body is not None else b""
        headers = [("Content-Type", "application/json"), ("Accept", "application/json")]
        status, _, answer = self.sandbox.exchange("admin")(verb, url, headers, content)
        assert status < 300, answer
        return json.loads(answer)["result"] if answer else None

    def find(self, table: str, query: str) -> list[dict[str, str]]:
        """The records that match."""
        listed: list[dict[str, str]] = self.send(
            "GET", table, sysparm_query=query, sysparm_exclude_reference_link="true"
        )
        return listed

    def one(self, table: str, query: str) -> str:
        """The sys_id of the only one."""
        (row,) = self.find(table, query)
        return row["sys_id"]

    def remove(self, table: str, query: str) -> int:
        """Delete all that match."""
        rows = self.find(table, query)
        for row in rows:
            self.send("DELETE", f"{table}/{row['sys_id']}")
        return len(rows)

    def shut(self, operation: str, name: str) -> None:
        """Let nobody pass what has this name: its access controls lose their roles, or get one that has none."""
        rules = self.find(
            "sys_security_acl", f"name={name}^operation.name={operation}^active=true^decision_type!=deny"
        )
        for rule in rules:
            self.remove("sys_security_acl_role", f"sys_security_acl={rule['sys_id']}")
            self.send(
                "PATCH",
                f"sys_security_acl/{rule['sys_id']}",
                {"condition": "", "script": "", "security_attribute": ""},
            )
        if not rules:
            self._rule(operation, name)

    def open(self, operation: str, name: str, role: str) -> None:
        """Let a role pass."""
        rule = self._rule(operation, name)
        link = {"sys_security_acl": rule, "sys_user_role": self.one("sys_user_role", f"name={role}")}
        self.send("POST", "sys_security_acl_role", link)

    def _rule(self, operation: str, name: str) -> str:
        kind = self.one("sys_security_operation", f"name={operation}")
        created = self.send(
            "POST", "sys_security_acl", {"name": name, "operation": kind, "type": "record", "active": "true"}
        )
        return str(created["sys_id"])


@dataclass
class Acted:
    """An example that was applied."""

    name: str
    stage: Stage
    verified: Mapping[str, Any] = field(default_factory=dict)

    @property
    def hand(self) -> Hand:
        """Who spoils it."""
        return Hand(self.stage.sandbox)

    def verify(self, *more: str, code: int | None = None) -> Verdicts:
        """What acting as the users shows, promise by promise."""
        self.stage.run("verify", str(self.stage.folder), "--json", *more)
        assert code is None or self.stage.code == code, self.stage.said
        said = self.stage.said
        self.verified = json.loads(said[said.index("{\n") :])
        return dict(self._cells())

    def _cells(self) -> Iterator[tuple[Promised, str]]:
        for identity in self.verified["identities"]:
            for each in identity["promises"]:
                yield (each["expected"] == "allowed", each["operation"], each["reach"]), each["verdict"]

    def promise(self, operation: str, reach: str) -> dict[str, Any]:
        """One of them as the document has it."""
        return next(
            each
            for identity in self.verified["identities"]
            for each in identity["promises"]
            if (each["operation"], each["reach"]) == (operation, reach)
        )


def promises_in(name: str) -> Iterator[Promised]:
    """Every promise of an example, as its file says."""
    for path in sorted((EXAMPLES / name).glob("*.toml")):
        for user in tomli.loads(path.read_text("utf-8")).get("user", {}).values():
            for allowed, key in ((True, "access"), (False, "no_access")):
                for operation, reaches in user.get(key, {}).items():
                    yield from ((allowed, operation, reach) for reach in reaches)


def role_of(name: str) -> str:
    """A role that an example gives to the user with promises."""
    for path in sorted((EXAMPLES / name).glob("*.toml")):
        for user in tomli.loads(path.read_text("utf-8")).get("user", {}).values():
            if "access" in user:
                return str(user["roles"][0])
    raise LookupError(name)


def environment_of(name: str) -> dict[str, str]:
    """The harmless values of an example's variables."""
    lines = (EXAMPLES / name / ".env.example").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def _stage(name: str, folder: Path, template: Sandbox | None) -> Stage:
    ignored = shutil.ignore_patterns(".snowconf", ".env")
    copied = Path(shutil.copytree(EXAMPLES / name, folder / name, ignore=ignored))
    now = Time()
    sandbox = sandbox_like(template, now, elevation="off")
    return Stage(folder=copied, sandbox=sandbox, time=now, environ=environment_of(name), trusted="admin")


TEMPLATES: dict[str, Sandbox] = {}


def applied(name: str, folder: Path) -> Acted:
    """The example applied; the first time in earnest, then from what that left on the instance."""
    stage = _stage(name, folder, TEMPLATES.get(name))
    if name not in TEMPLATES:
        assert stage.apply() == 0, stage.said
        TEMPLATES[name] = sandbox_like(stage.sandbox, Time(), elevation="off")
    return Acted(name=name, stage=stage)


def everything_on(sandbox: Sandbox) -> dict[str, list[tuple[tuple[str, str], ...]]]:
    """Every row of every table, but for tokens and logs."""
    return {
        table: sorted(tuple(sorted(row.items())) for row in sandbox.store.find(table))
        for table in table_names()
        if table not in TOKENS_AND_LOGS
    }

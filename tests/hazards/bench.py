"""A fresh instance, stacks written for a test, and the plan of each with what it asked the instance for."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from snowconf.config.loading import load
from snowconf.config.secrets import Secrets
from snowconf.engine.apply.applying import apply
from snowconf.engine.context import Context
from snowconf.engine.identifying import Identities
from snowconf.engine.plan.planning import make_plan
from snowconf.model.address import Address
from snowconf.model.connection import InstanceSettings
from snowconf.model.hazard import Hazard
from snowconf.model.outcome import ApplyReport
from snowconf.model.ownership import Custody, Ledger, Owned, Removal
from snowconf.model.plan import Change, Plan
from snowconf.model.state import Desired
from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.switches import parse
from snowconf.sandbox.wire.requests import Answer, Request
from snowconf.servicenow.in_process import InProcessTransport
from snowconf.servicenow.opening import open_instance
from snowconf.servicenow.table_api import TableApi
from tests.engine.pretend import PretendKeeper

ENVIRONMENT = {"SECRET": "made-up-Secret-1", "RUNNER_PASSWORD": "made-up-Runner-1"}
HEADERS = [("content-type", "application/json"), ("accept", "application/json")]
EMBEDDED = 'url = "sandbox:"'
AS_RUNNER = 'url = "sandbox:"\nauth = { username = "svc_runner", password = { env = "RUNNER_PASSWORD" } }'
FUTURE = "2999-01-01 00:00:00"
PAST = "2001-01-01 00:00:00"


@dataclass
class Bench:
    """`gets` are the lists of the last plan by table; `instance` are the lines of the [instance] block."""

    folder: Path
    switches: Mapping[str, str] = field(default_factory=lambda: {"elevation": "off"})
    instance: str = EMBEDDED
    gets: Counter[str] = field(default_factory=Counter)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.sandbox = Sandbox(None, parse(self.switches), observer=self._see)
        self.keeper = PretendKeeper(secrets=dict(ENVIRONMENT))

    def put(self, table: str, **columns: str) -> str:
        """Make a record as admin, and return its sys_id."""
        return str(self._ask("POST", table, columns)["sys_id"])

    def lay(self, table: str, **columns: str) -> str:
        """Put a record where nobody may write it over REST, and return its sys_id."""
        sys_id = f"{next(self.numbers):032x}"
        self.sandbox.store.insert(table, {"sys_id": sys_id, **columns})
        return sys_id

    def change(self, table: str, sys_id: str, **columns: str) -> None:
        """Change a record as admin."""
        self._ask("PATCH", f"{table}/{sys_id}", columns)

    def find(self, table: str, **equal: str) -> str:
        """The sys_id of the only record with these values."""
        query = "^".join(f"{name}={value}" for name, value in equal.items())
        (row,) = self._ask("GET", f"{table}?sysparm_query={query.replace(' ', '%20')}", None)
        return str(row["sys_id"])

    def plan(self, text: str, *, ledger: Ledger | None = None, **settings: Any) -> Plan:
        """The plan of a stack with these blocks; its lists are counted."""
        desired, instance_settings = self._loaded(text)
        with self._opened(instance_settings) as instance:
            self.gets.clear()
            plan = make_plan(desired, instance, self._context(ledger, settings))
            self.asked = Counter(self.gets)
        return plan

    def apply(self, text: str, *, ledger: Ledger | None = None, **settings: Any) -> ApplyReport:
        """What an apply of a stack with these blocks does."""
        desired, instance_settings = self._loaded(text)
        context = self._context(ledger, settings)
        with self._opened(instance_settings) as instance:
            return apply(make_plan(desired, instance, context), desired, instance, context)

    def make_runner(self, *roles: str) -> str:
        """From now on snowconf logs in as svc_runner, who holds these roles; its sys_id."""
        runner = self.put("sys_user", user_name="svc_runner", active="true")
        path = f"sys_user/{runner}?sysparm_input_display_value=true"
        self._ask("PATCH", path, {"user_password": ENVIRONMENT["RUNNER_PASSWORD"]})
        for role in roles:
            self.put("sys_user_has_role", user=runner, role=self.find("sys_user_role", name=role))
        self.instance = AS_RUNNER
        return runner

    def _loaded(self, text: str) -> tuple[Desired, InstanceSettings]:
        head = f'[stack]\nname = "demo"\n\n[instance.dev]\n{self.instance}\n'
        (self.folder / "stack.toml").write_text(f"{head}\n{text}", "utf-8")
        loaded = load(self.folder, environ=ENVIRONMENT)
        assert loaded.desired is not None, loaded.diagnostics
        assert loaded.settings is not None, loaded.diagnostics
        return loaded.desired, loaded.settings

    @contextmanager
    def _opened(self, settings: InstanceSettings) -> Iterator[TableApi]:
        transport = InProcessTransport(self.sandbox.exchange("" if settings.auth else "admin"))
        resolve = Secrets(ENVIRONMENT, self.folder).resolve
        with open_instance(settings, resolve, transport=transport) as instance:
            yield instance

    def _context(self, ledger: Ledger | None, settings: Mapping[str, Any]) -> Context:
        chosen = {"elevation": False} | dict(settings)
        return Context(
            instance_name="dev", url="sandbox:", secrets=self.keeper, ledger=ledger, parallelism=1, **chosen
        )

    def _ask(self, verb: str, path: str, body: Mapping[str, str] | None) -> Any:
        exchange = self.sandbox.exchange("admin")
        content = json.dumps(body).encode() if body is not None else b""
        url = f"http://sandbox.localhost/api/now/table/{path}"
        status, _, answer = exchange(verb, url, HEADERS, content)
        assert status in (200, 201), (verb, path, answer)
        return json.loads(answer)["result"]

    def _see(self, request: Request, _: Answer) -> None:
        if request.method == "GET":
            self.gets[request.path.rpartition("/")[2]] += 1


def change_of(plan: Plan, address: str) -> Change:
    """The change of one resource."""
    return next(each for each in plan.changes if str(each.address) == address)


def hazards_of(plan: Plan) -> list[str]:
    """The names of the plan's hazards, sorted."""
    return sorted(each.code for each in plan.hazards)


def sentence_of(plan: Plan, code: str) -> str:
    """What the plan's only hazard of this name says."""
    (hazard,) = (each for each in plan.hazards if each.code == code)
    return hazard.sentence


def find_hazard(plan: Plan, code: str) -> Hazard | None:
    """The plan's first hazard of this name."""
    return next((each for each in plan.hazards if each.code == code), None)


def codes(plan: Plan) -> list[str]:
    """The codes of the plan's diagnostics."""
    return [each.code for each in plan.diagnostics]


def owning(*owned: Owned) -> Ledger:
    """The ledger of the tests' stack with these entries."""
    return Ledger(stack="demo", url="sandbox:", entries={each.address: each for each in owned})


def entry(
    address: str, table: str, sys_id: str = "", *, on_remove: Removal = Removal.DELETE, name: str = ""
) -> Owned:
    """An entry of what this stack created; its sys_id is the stack's own unless it is given."""
    where = Address.parse(address)
    return Owned(
        address=where,
        table=table,
        sys_id=sys_id or Identities("demo", "sandbox:").of(where),
        custody=Custody.CREATED,
        name=name or where.label,
        origin="stack.toml:7",
        on_remove=on_remove,
    )

"""The access controls of sys_security_acl as values, found by operation and name. Others evaluate them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from snowconf.sandbox.queries.encoded_query import EncodedQuery, parse
from snowconf.sandbox.rights.acl_script import Expression, parse_script
from snowconf.sandbox.storage.remembering import recall
from snowconf.sandbox.storage.settings import DEFAULT_MODE, find_setting
from snowconf.sandbox.storage.store import Row, Store
from snowconf.sandbox.wire.decisions import Ruling

TABLES = (
    "sys_security_acl",
    "sys_security_acl_role",
    "sys_security_operation",
    "sys_user_role",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acl:
    """An active access control (tables.md 4.1). `roles` are names; a vanished role leaves an empty one.

    `expression` is what its script says, None when that is undecidable.
    """

    sys_id: str
    roles: frozenset[str] = frozenset()
    deny_unless: bool = False
    admin_overrides: bool = True
    attribute: str = ""
    script: str = ""
    expression: Expression | None = None
    condition: EncodedQuery | None = None
    applies_to: EncodedQuery | None = None

    @property
    def is_bare(self) -> bool:
        """Whether it has no criterion at all, which lets nobody pass (tables.md 4.3)."""
        return not (self.roles or self.attribute or self.script or self.condition)


@dataclass(slots=True)
class Settled:
    """What no row can change for one kind of caller, operation and class: rulings by column, '' for the table's.

    `views` say for a set of columns which of them pass whatever the row holds, and which a row must decide.
    """

    rulings: dict[str, Ruling] = field(default_factory=dict)
    views: dict[frozenset[str], tuple[frozenset[str], tuple[str, ...]]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Rulebook:
    """All access controls of one type by operation and name; `settled` holds the answers that no row can change.

    `denies`: whether what no access control speaks of is kept from everybody but administrators.
    """

    acls: Mapping[tuple[str, str], tuple[Acl, ...]]
    denies: bool
    settled: dict[tuple[object, ...], Settled] = field(default_factory=dict)

    def find(self, operation: str, name: str) -> tuple[Acl, ...]:
        """The access controls of exactly this name."""
        return self.acls.get((operation, name), ())


def read_rulebook(store: Store) -> Rulebook:
    """The rulebook as the store has it now, read again only after it changed."""
    allowing, denying = recall(store, TABLES, _read_records)
    return denying if find_setting(store, DEFAULT_MODE) == "deny" else allowing


def find_endpoint_acls(store: Store, operation: str, name: str) -> tuple[Acl, ...]:
    """The access controls on the REST API of this name."""
    return recall(store, TABLES, _read_endpoints).get((operation, name), ())


def _read_records(store: Store) -> tuple[Rulebook, Rulebook]:
    """For each of the two modes one: a property changes more often than an access control."""
    acls = _read(store, "record")
    return Rulebook(acls=acls, denies=False), Rulebook(acls=acls, denies=True)


def _read_endpoints(store: Store) -> Mapping[tuple[str, str], tuple[Acl, ...]]:
    return _read(store, "REST_Endpoint")


def _read(store: Store, kind: str) -> Mapping[tuple[str, str], tuple[Acl, ...]]:
    roles = _roles(store)
    operations = {row["sys_id"]: row["name"] for row in store.find("sys_security_operation")}
    found: dict[tuple[str, str], list[Acl]] = defaultdict(list)
    for row in store.find("sys_security_acl", active="true", type=kind):
        acl = _make(row, frozenset(roles.get(row["sys_id"], ())))
        operation = operations.get(row["operation"], row["operation"])
        found[operation, row["name"]].append(acl)
    return {key: tuple(each) for key, each in found.items()}


def _roles(store: Store) -> Mapping[str, list[str]]:
    names = {row["sys_id"]: row["name"] for row in store.find("sys_user_role")}
    roles: dict[str, list[str]] = defaultdict(list)
    for row in store.find("sys_security_acl_role"):
        roles[row["sys_security_acl"]].append(names.get(row["sys_user_role"], ""))
    return roles


def _make(row: Row, roles: frozenset[str]) -> Acl:
    script = row["script"] if row["advanced"] == "true" else ""
    # A name that begins with a star says where the access control applies, and nothing else does (tables.md 4.1).
    applies_to = "" if row["name"].startswith("*") else row["applies_to"]
    return Acl(
        sys_id=row["sys_id"],
        roles=roles,
        deny_unless=row["decision_type"] == "deny",
        admin_overrides=row["admin_overrides"] == "true",
        attribute=row["security_attribute"],
        script=script,
        expression=parse_script(script) if script else None,
        condition=parse(row["condition"]) if row["condition"] else None,
        applies_to=parse(applies_to) if applies_to else None,
    )

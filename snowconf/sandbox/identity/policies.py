"""REST API access policies: which kinds of authentication an API takes (docs/platform.md). Without one, the usual ones.

The most specific policy that names an API decides alone, so that adding one can lock everybody else out.
"""

import re
from dataclasses import dataclass

from snowconf.sandbox.identity.credentials import Kind
from snowconf.sandbox.storage.remembering import recall
from snowconf.sandbox.storage.store import Row, Store
from snowconf.sandbox.wire.requests import Request

TABLES = (
    "sys_api_access_policy",
    "sys_auth_profile_mapping",
    "inbound_auth_profile",
    "std_http_auth",
    "http_key_auth",
    "sys_db_object",
)
_API = re.compile(r"/api/([a-z0-9_]+)(?:/(v[0-9]+))?/([a-z0-9_]+)((?:/.*)?)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The API that a request is for: `path` as policies write it (`now/table`), `table` when it is the Table API's."""

    path: str
    version: str
    method: str
    table: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One kind of authentication: `parameter` is where a key must be, `client` whose tokens count, '' for all."""

    kind: Kind
    parameter: str = ""
    client: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The authentication that is taken, by one record of sys_api_access_policy."""

    sys_id: str
    name: str
    profiles: tuple[Profile, ...]

    def takes(self, kind: Kind, *, parameter: str = "", client: str = "") -> bool:
        """Whether credentials of this kind are taken. A browser's session counts as its user's password."""
        wanted = "basic" if kind == "session" else kind
        return any(
            profile.kind == wanted and profile.parameter in {"", parameter} and profile.client in {"", client}
            for profile in self.profiles
        )

    def names(self, client: str) -> bool:
        """Whether a profile is for this client's tokens in particular."""
        return any(profile.client == client for profile in self.profiles if profile.client)

    @property
    def schemes(self) -> tuple[str, ...]:
        """What a 401 offers."""
        kinds = {profile.kind for profile in self.profiles}
        offered = [scheme for kind, scheme in (("bearer", "BEARER"), ("basic", "BASIC")) if kind in kinds]
        return tuple(offered) or ("BASIC",)


def find_target(request: Request, method: str) -> Target | None:
    """What the request is for, None when that is no REST API."""
    found = _API.fullmatch(request.path)
    if found is None:
        return None
    namespace, version, name, rest = found.groups(default="")
    table = rest.removeprefix("/").partition("/")[0] if name == "table" else ""
    return Target(path=f"{namespace}/{name}".lower(), version=version.lower(), method=method, table=table)


def find_policy(store: Store, target: Target) -> Policy | None:
    """The most specific active policy for the API that names any profile."""
    rows = [(row, policy) for row, policy in recall(store, TABLES, _read) if covers(row, target)]
    ranked = sorted(rows, key=lambda each: (-_rank(each[0], target), each[0]["name"]))
    return ranked[0][1] if ranked else None


def covers(row: Row, target: Target) -> bool:
    """Whether a row with an API's path, method, version and tables is about the target."""
    if _on(row, "apply_global"):
        return True
    if row["api_path"].strip("/").lower() != target.path:
        return False
    all_of_it = _on(row, "apply_all")
    method = all_of_it or _on(row, "apply_all_methods") or row["http_method"].upper() in {"", target.method}
    version = all_of_it or _on(row, "apply_all_versions") or row["version"].lower() in {"", target.version}
    return method and version and (_all_tables(row) or target.table in _tables(row))


def _all_tables(row: Row) -> bool:
    return _on(row, "apply_all") or _on(row, "apply_all_tables") or not row.get("api_tablename")


def _tables(row: Row) -> list[str]:
    return row["api_tablename"].split(",") if row.get("api_tablename") else []


def _rank(row: Row, target: Target) -> int:
    """Tables count more than methods, methods more than versions; the global policy comes last."""
    if _on(row, "apply_global"):
        return -1
    named = (
        target.table in _tables(row) and not _all_tables(row),
        row["http_method"] != "" and not _on(row, "apply_all_methods"),
        row["version"] != "" and not _on(row, "apply_all_versions"),
    )
    return sum(weight for weight, one in zip((4, 2, 1), named, strict=True) if one)


def _on(row: Row, column: str) -> bool:
    return row.get(column) == "true"


def _read(store: Store) -> list[tuple[Row, Policy]]:
    names = {row["sys_id"]: row["name"] for row in store.find("sys_db_object")}
    found = []
    for row in store.find("sys_api_access_policy", active="true"):
        profiles = tuple(_profiles(store, row))
        if profiles:
            tables = ",".join(
                names.get(each.strip(), each.strip()) for each in row["api_tablename"].split(",")
            )
            policy = Policy(sys_id=row["sys_id"], name=row["name"], profiles=profiles)
            found.append((row | {"api_tablename": tables}, policy))
    return found


def _profiles(store: Store, policy: Row) -> list[Profile]:
    mappings = store.find("sys_auth_profile_mapping", api_access_policy=policy["sys_id"])
    rows = [store.get("inbound_auth_profile", mapping["inbound_auth_profile"]) for mapping in mappings]
    return [_profile(row) for row in rows if row and row["active"] == "true"]


def _profile(row: Row) -> Profile:
    """Kinds that the sandbox does not have let nobody in."""
    if row["sys_class_name"] == "http_key_auth":
        return Profile(kind="api_key", parameter=row["auth_parameter"])
    kind = row.get("type", "")
    if kind.startswith("oauth"):
        return Profile(kind="bearer", client=row["oauth_entity"])
    return Profile(kind="basic" if kind == "basic_auth" else "none")

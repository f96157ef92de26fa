"""Whatever is written, and in whatever order, the platform's rules keep what they promise."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from hypothesis import given, settings, strategies as st

from snowconf.sandbox.acting.session import Caller, Session
from snowconf.sandbox.rules.payload import write_payload
from snowconf.sandbox.rules.tasks import PRIORITIES
from snowconf.sandbox.storage.store import Row, Store
from snowconf.sandbox.switches import parse
from snowconf.sandbox.writing import glide

ADMIN = Caller(user_sys_id="a" * 32, user_name="admin", admin=True)
USERS = ("ada", "bob")
GROUPS = ("north", "south", "west")
ROLES = ("reader", "writer", "editor", "owner")
PAIRS = {
    "sys_user_has_role": ("user", USERS, "role", ROLES),
    "sys_user_grmember": ("user", USERS, "group", GROUPS),
    "sys_group_has_role": ("group", GROUPS, "role", ROLES),
    "sys_user_role_contains": ("role", ROLES, "contains", ROLES),
}


def sandbox() -> Session:
    """An empty instance with admin at work."""
    return Session(store=Store(None), switches=parse({}), caller=ADMIN)


# -- inherited roles


@dataclass
class World:
    """What there is, as plain pairs that know nothing of the platform; ids are names."""

    grants: list[tuple[str, str]] = field(default_factory=list)
    members: list[tuple[str, str]] = field(default_factory=list)
    assigned: list[tuple[str, str]] = field(default_factory=list)
    contains: list[tuple[str, str]] = field(default_factory=list)
    parents: dict[str, str] = field(default_factory=dict)

    def below(self, role: str) -> set[str]:
        """All that a role contains, found by going on until nothing is new."""
        found = {role}
        while more := {inner for outer, inner in self.contains if outer in found} - found:
            found |= more
        return found - {role}

    def above(self, group: str) -> set[str]:
        """A group and those above it."""
        found = {group}
        while more := {self.parents.get(each, "") for each in found} - found - {""}:
            found |= more
        return found

    def inherited(self, user: str) -> Counter[str]:
        """Every role that the user has for another reason than a grant, with the number of reasons."""
        reasons = Counter(each for who, role in self.grants if who == user for each in self.below(role))
        groups = [group for who, mine in self.members if who == user for group in self.above(mine)]
        for role in (role for group in groups for owner, role in self.assigned if owner == group):
            reasons.update({role} | self.below(role))
        return reasons


def read_world(session: Session) -> World:
    """What the rows say, but for those that are inherited."""
    find = session.store.find

    def pairs(table: str, left: str, right: str, **equal: str) -> list[tuple[str, str]]:
        return [(row[left], row[right]) for row in find(table, **equal)]

    return World(
        grants=pairs("sys_user_has_role", "user", "role", inherited="false", state="active"),
        members=pairs("sys_user_grmember", "user", "group"),
        assigned=pairs("sys_group_has_role", "group", "role"),
        contains=pairs("sys_user_role_contains", "role", "contains"),
        parents={row["sys_id"]: row["parent"] for row in find("sys_user_group")},
    )


def settle(session: Session) -> None:
    """The users, groups and roles of this little world; each group is below the one before it, with a member."""
    for user in USERS:
        glide.insert(session, "sys_user", {"sys_id": user, "user_name": user})
    for group in GROUPS:
        glide.insert(session, "sys_user_group", {"sys_id": group, "name": group})
    for above, group, user in zip(GROUPS, GROUPS[1:], USERS, strict=False):
        glide.update(session, "sys_user_group", group, {"parent": above})
        glide.insert(session, "sys_user_grmember", {"user": user, "group": group})
    for role in ROLES:
        glide.insert(session, "sys_user_role", {"sys_id": role, "name": role})


def do(session: Session, step: tuple[str, str, str, str]) -> None:
    """One step: add a pair, remove one, change one's state, move a group, or delete somebody altogether."""
    verb, table, left, right = step
    if verb == "move":
        glide.update(session, "sys_user_group", left, {"parent": right})
        return
    if verb == "delete":
        glide.delete(session, table, left)
        return
    first, _, second, _ = PAIRS[table]
    found = session.store.find(table, **{first: left, second: right})
    direct = [row["sys_id"] for row in found if row.get("inherited", "false") == "false"]
    if verb == "add":
        glide.insert(session, table, {first: left, second: right})
    elif verb == "remove" and direct:
        glide.delete(session, table, direct[0])
    elif verb == "pause" and direct:
        glide.update(session, table, direct[0], {"state": "inactive"})


def steps_of(table: str) -> st.SearchStrategy[tuple[str, str, str, str]]:
    """Steps that concern one table of pairs; most of them add."""
    _, lefts, _, rights = PAIRS[table]
    verbs = st.sampled_from(
        ("add", "add", "add", "remove", "pause") if table == "sys_user_has_role" else ("add", "add", "remove")
    )
    return st.tuples(verbs, st.just(table), st.sampled_from(lefts), st.sampled_from(rights))


moves = st.tuples(st.just("move"), st.just(""), st.sampled_from(GROUPS), st.sampled_from((*GROUPS, "")))
deletions = st.one_of(
    st.tuples(st.just("delete"), st.just("sys_user_role"), st.sampled_from(ROLES), st.just("")),
    st.tuples(st.just("delete"), st.just("sys_user_group"), st.sampled_from(GROUPS), st.just("")),
)
steps = st.lists(st.one_of(*map(steps_of, PAIRS), moves, deletions), min_size=3, max_size=16)


@settings(max_examples=120, deadline=None)
@given(steps)
def test_inherited_roles_are_what_the_rest_justifies(plan: list[tuple[str, str, str, str]]) -> None:
    """After every step: no row too many, none missing, each with the number of its reasons (tables.md 3.3)."""
    session = sandbox()
    settle(session)
    for step in plan:
        with suppress(glide.Aborted, LookupError):
            do(session, step)
        world = read_world(session)
        for user in USERS:
            rows = session.store.find("sys_user_has_role", user=user, inherited="true")
            assert {row["role"]: int(row["inh_count"]) for row in rows} == world.inherited(user), step
            assert len(rows) == len({row["role"] for row in rows})


# -- update sets


NAMES = ("acme.a", "acme.b")
changes = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.sampled_from(NAMES), st.text(max_size=5)),
        st.tuples(st.just("delete"), st.sampled_from(NAMES), st.just("")),
        st.tuples(st.just("choose"), st.sampled_from(("one", "two")), st.just("")),
        st.tuples(
            st.just("state"), st.sampled_from(("one", "two")), st.sampled_from(("complete", "in progress"))
        ),
    ),
    max_size=14,
)


def change(session: Session, verb: str, name: str, value: str) -> None:
    """One step of somebody who works with update sets."""
    if verb in {"choose", "state"}:
        (chosen,) = session.store.find("sys_update_set", name=name)
        if verb == "state":
            glide.update(session, "sys_update_set", chosen["sys_id"], {"state": value})
        else:
            (preference,) = session.store.find("sys_user_preference", name="sys_update_set")
            glide.update(session, "sys_user_preference", preference["sys_id"], {"value": chosen["sys_id"]})
        return
    found = session.store.find("sys_properties", name=name)
    if verb == "delete" and found:
        glide.delete(session, "sys_properties", found[0]["sys_id"])
    elif verb == "write" and found:
        glide.update(session, "sys_properties", found[0]["sys_id"], {"value": value})
    elif verb == "write":
        glide.insert(
            session, "sys_properties", {"sys_id": name.replace(".", ""), "name": name, "value": value}
        )


def where(session: Session) -> str:
    """The name of the set that should take a change now, worked out from the rows alone."""
    (preference,) = session.store.find("sys_user_preference", name="sys_update_set")
    chosen = session.store.get("sys_update_set", preference["value"])
    return chosen["name"] if chosen and chosen["state"] == "in progress" else "Default"


@settings(max_examples=80, deadline=None)
@given(changes)
def test_the_last_change_is_in_the_set_that_was_current(plan: list[tuple[str, str, str]]) -> None:
    """One row per record and set, one current version per record, and the payload is the record (tables.md 10.2)."""
    session = sandbox()
    for name in ("one", "two"):
        glide.insert(session, "sys_update_set", {"name": name})
    mine = {"user": ADMIN.user_sys_id, "name": "sys_update_set", "value": ""}
    glide.insert(session, "sys_user_preference", mine)
    last: dict[str, str] = {}
    for verb, name, value in plan:
        before = session.store.count("sys_update_version")
        change(session, verb, name, value)
        if session.store.count("sys_update_version") > before:
            last[name] = where(session)
    for name, update_set in last.items():
        check_captured(session, name, update_set)


def check_captured(session: Session, name: str, update_set: str) -> None:
    """What was captured of a property whose last change went into this set."""
    sys_id = name.replace(".", "")
    updates = session.store.find("sys_update_xml", name=f"sys_properties_{sys_id}")
    sets = {row["sys_id"]: row["name"] for row in session.store.find("sys_update_set")}
    taken = [sets[row["update_set"]] for row in updates]
    assert sorted(taken) == sorted(set(taken))
    (latest,) = [row for row in updates if sets[row["update_set"]] == update_set]
    (current,) = session.store.find("sys_update_version", name=f"sys_properties_{sys_id}", state="current")
    assert current["payload"] == latest["payload"]
    row = session.store.get("sys_properties", sys_id)
    assert latest["action"] == ("DELETE" if row is None else "INSERT_OR_UPDATE")
    if row is not None:
        assert latest["payload"] == write_payload(session.store, "sys_properties", row, "INSERT_OR_UPDATE")


@given(st.text(max_size=60), st.text(alphabet="<>&'\"]\r\n\t é☃\x00￿", max_size=20))
def test_a_payload_is_xml_whatever_the_record_holds(value: str, description: str) -> None:
    """Read back it says the same, but for what no XML can hold."""
    row = {"name": "x", "value": value, "description": description}
    (record,) = ET.fromstring(write_payload(Store(None), "sys_properties", row, "INSERT_OR_UPDATE"))
    for column in ("value", "description"):
        assert record.findtext(column) == "".join(spoken(row[column]))


def spoken(text: str) -> Iterator[str]:
    """The text as XML gives it back, worked out letter by letter."""
    for letter in text:
        code = ord(letter)
        allowed = letter in "\t\n\r" or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code > 0xFFFF
        yield letter if allowed else "\ufffd"


# -- tasks


edits = st.lists(
    st.dictionaries(
        st.sampled_from(("state", "incident_state", "impact", "urgency", "priority")),
        st.sampled_from(("1", "2", "3", "6", "7", "8")),
        max_size=3,
    ),
    max_size=10,
)


@settings(max_examples=80, deadline=None)
@given(edits)
def test_an_incident_is_never_at_odds_with_itself(plan: list[Row]) -> None:
    """Closed and active exclude each other, resolved has a time, both states are one, priority is looked up."""
    session = sandbox()
    row = glide.insert(session, "incident", {"close_code": "User error"})
    for values in plan:
        row = glide.update(session, "incident", row["sys_id"], values)
        assert row["incident_state"] == row["state"]
        assert (row["active"] == "false") == (row["state"] in {"7", "8"}) == bool(row["closed_at"])
        assert row["state"] != "6" or row["resolved_at"]
        looked_up = PRIORITIES.get((row["impact"], row["urgency"]))
        assert looked_up in {None, row["priority"]}

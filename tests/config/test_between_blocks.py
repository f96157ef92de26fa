"""What is wrong between blocks, and what names mean."""

from itertools import pairwise

import pytest

from snowconf.config.checking import circles
from snowconf.model.address import Address
from snowconf.model.value import Named
from tests.config.stacks import BASE, Load, Told

AGAIN = "Keep one of the two, or give one another name."


def test_two_blocks_for_one_record_are_told(problems: Told) -> None:
    """A name and a label that are the same, whatever the case, with both places."""
    assert problems('[user.a]\nuser_name = "SVC"\n[user.svc]') == [
        f"SNC133 s.toml:3 user.a (s.toml:1) and user.svc are both the record of sys_user called 'svc'. {AGAIN}"
    ]


def test_two_kinds_for_one_record_are_told(problems: Told) -> None:
    """A `record` block of a table that has a kind of its own is found too."""
    assert problems(
        '[role.x]\n[record.y]\ntable = "sys_user_role"\nkey = ["name"]\ncolumns = { name = "x" }'
    ) == [
        f"SNC133 s.toml:2 role.x (s.toml:1) and record.y are both the record of sys_user_role called 'x'. {AGAIN}"
    ]


def test_records_are_told_apart_by_their_whole_key(problems: Told) -> None:
    """Two columns of three that agree are no conflict, nor are kinds without a key."""
    text = """
[record.a]
table = "sys_alias"
key = ["name", "type"]
columns = { name = "x", type = "connection" }
[record.b]
table = "sys_alias"
key = ["name", "type"]
columns = { name = "x", type = "credential" }
[acl.a]
name = "incident"
operation = "read"
roles = ["itil"]
[acl.b]
name = "incident"
operation = "read"
roles = ["itil"]
"""
    assert problems(text) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            '[role.a]\ncontains = ["b"]\n[role.b]\ncontains = ["itil", "c"]\n[role.c]\ncontains = ["a"]',
            (
                "SNC134 s.toml:2 These blocks refer to each other in a circle: role.a by 'contains' (s.toml:2), role.b by "
                "'contains' (s.toml:4), role.c by 'contains' (s.toml:6), back to role.a. Take one reference out."
            ),
        ),
        (
            '[group.a]\nparent = "b"\n[group.b]\nparent = "a"',
            (
                "SNC134 s.toml:2 These blocks refer to each other in a circle: group.a by 'parent' (s.toml:2), group.b by "
                "'parent' (s.toml:4), back to group.a. Take one reference out."
            ),
        ),
        (
            '[role.a]\ncontains = ["a"]',
            (
                "SNC134 s.toml:2 These blocks refer to each other in a circle: role.a by 'contains' (s.toml:2), back to role.a. "
                "Take one reference out."
            ),
        ),
        (
            '[group.a]\nmembers = ["u"]\nmanager = "v"\n[user.u]\ngroups = ["a"]\n[user.v]\nmanager = "u"',
            (
                "SNC134 s.toml:2 These blocks refer to each other in a circle: group.a by 'members' (s.toml:2), user.u by "
                "'groups' (s.toml:5), back to group.a. Take one reference out."
            ),
        ),
    ],
    ids=["contained roles", "parents", "itself", "both sides of a membership"],
)
def test_a_circle_of_references_is_told_whole(problems: Told, text: str, told: str) -> None:
    """Every block of the circle, with attribute and line."""
    assert problems(text) == [told]


@pytest.mark.parametrize(
    "text",
    [
        '[group.a]\nmanager = "u"\n[user.u]\ngroups = ["a"]',
        '[user.u]\nmanager = "v"\n[user.v]\nmanager = "u"',
        '[user.u]\nmanager = "u"',
        '[group.a]\ndefault_assignee = "u"\n[user.u]\nmanager = "v"\n[user.v]\ngroups = ["a"]',
    ],
    ids=["manager and member", "two managers", "their own manager", "a longer way round"],
)
def test_who_is_responsible_for_whom_makes_no_circle(problems: Told, text: str) -> None:
    """Nothing acts on such a reference, so it can be stored before the account is there."""
    assert problems(text) == []


def test_several_circles_are_several_problems() -> None:
    """Two circles through one address are both found, and what only leads to one is not in it."""
    a, b, c, d = (Address("role", label) for label in "abcd")
    graph = {a: (b,), b: (a, c), c: (b,), d: (a, c)}
    assert list(circles(graph)) == [(a, b), (b, c)]


def test_a_long_chain_is_no_circle() -> None:
    """Thousands of references in a row are walked without recursion."""
    chain = [Address("role", f"r{number:05}") for number in range(5000)]
    graph = {here: (then,) for here, then in pairwise(chain)} | {chain[-1]: ()}
    assert list(circles(graph)) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            '[user.u]\ngroups = ["g"]\n[group.g]\nmembers = []',
            (
                "SNC135 s.toml:2 'groups' lists group.g, but 'members' of that block (s.toml:4) is a whole list without "
                "user.u. Write the membership on one side alone."
            ),
        ),
        (
            '[user.u]\ngroups = []\n[group.g]\nmembers = ["u", "somebody.else"]',
            (
                "SNC135 s.toml:4 'members' lists user.u, but 'groups' of that block (s.toml:2) is a whole list without "
                "group.g. Write the membership on one side alone."
            ),
        ),
    ],
)
def test_two_sides_of_a_membership_must_agree(problems: Told, text: str, told: str) -> None:
    """The side that lists is told what the other says, with both places."""
    assert problems(text) == [told]


@pytest.mark.parametrize(
    "text",
    [
        '[user.u]\ngroups = ["g"]\n[group.g]',
        '[user.u]\n[group.g]\nmembers = ["u"]',
        '[user.u]\ngroups = ["on the instance"]\n[group.g]\nmembers = []',
        '[user.u]\ngroups = []\n[group.g]\nmembers = ["somebody else"]',
    ],
    ids=["one side", "other side", "elsewhere", "elsewhere too"],
)
def test_one_side_of_a_membership_is_enough(problems: Told, text: str) -> None:
    """Nothing is wrong when only one side is written, or the sides are about others."""
    assert problems(text) == []


def test_two_sides_of_a_membership_that_agree_are_a_circle(problems: Told) -> None:
    """Neither side contradicts the other, and one of them has to go all the same."""
    (told,) = problems('[user.u]\ngroups = ["g"]\n[group.g]\nmembers = ["u"]')
    assert told.startswith("SNC134 s.toml:4 ")


def test_a_name_of_an_absent_record_is_told(problems: Told) -> None:
    """One block must not refer to what another asks not to exist."""
    text = """
[property.p]
absent = true
[record.r]
table = "sys_properties_category_m2m"
key = ["property"]
columns = { property = "p" }
"""
    assert problems(text) == [
        (
            "SNC142 s.toml:6 'property' names property.p, and that block says absent = true (s.toml:1). Take the name out "
            "here, or absent there."
        )
    ]


def names(load_files: Load, text: str) -> list[str]:
    """Every linked name, as the block it means."""
    loaded = load_files({"base.toml": BASE, "s.toml": text})
    assert loaded.desired is not None, loaded.diagnostics
    values = [each.value for one in loaded.desired.resources for each in one.attributes.values()]
    found = [value for value in values if isinstance(value, Named)]
    found += [named for value in values if isinstance(value, frozenset) for named in value]
    return sorted(f"{each.target.kind}.{each.name}" for each in found)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ('[role.a]\n[user.u]\nroles = ["a"]', ["role.a"]),
        ('[role.a]\nname = "x.reader"\n[user.u]\nroles = ["x.reader", "itil"]', ["role.a", "role.itil"]),
        ('[role.a]\nname = "b"\n[role.b]\nname = "c"\n[user.u]\nroles = ["b"]', ["role.b"]),
        (
            (
                '[record.r]\ntable = "sys_alias"\nkey = ["name"]\n'
                '[record.s]\ntable = "http_connection"\nkey = ["name"]\ncolumns = { connection_alias = "r" }'
            ),
            ["record.r"],
        ),
        (
            (
                '[record.r]\ntable = "basic_auth_credentials"\nkey = ["name"]\n'
                '[record.s]\ntable = "http_connection"\nkey = ["name"]\ncolumns = { credential = "r" }'
            ),
            ["record.r"],
        ),
        ('[record.boss]\ntable = "sys_alias"\nkey = ["name"]\n[user.u]\nmanager = "boss"', ["user.boss"]),
        (
            (
                '[record.r]\ntable = "sys_alias"\nkey = ["name"]\n'
                '[record.s]\ntable = "http_connection"\nkey = ["name"]\ncolumns = { credential = "r" }'
            ),
            [".r"],
        ),
        ('[record.x]\ntable = "sys_user_role"\nkey = ["name"]\n[user.u]\nroles = ["x"]', ["record.x"]),
    ],
    ids=[
        "label",
        "natural key",
        "label first",
        "record",
        "table that extends",
        "another table",
        "record of another table",
        "record instead of a kind",
    ],
)
def test_a_name_means_a_label_first_and_then_a_natural_key(
    load_files: Load, text: str, meant: list[str]
) -> None:
    """Names of the stack's own blocks are linked to their addresses; others are left to the instance."""
    assert names(load_files, text) == meant

"""Policies that nobody has written: packages that import each other, with the helpers that people write, and rules over them."""

from collections.abc import Sequence
from random import Random
from typing import Any

BLOCKS = (
    ("user", "svc_a", "create", {"roles": ["admin", "itil"], "life": 5, "active": True}),
    ("user", "jane", "update", {"roles": [], "life": 9000, "active": False}),
    ("oauth_app", "x", "no-op", {"life": 3600, "user": "svc_a"}),
    ("acl", "q", "create", {"name": "*.x", "roles": ["r"]}),
    ("role", "r", "delete", None),
)
DOCUMENT: dict[str, Any] = {
    "resource_changes": [
        {
            "address": f"{kind}.{name}",
            "type": kind,
            "name": name,
            "change": {"actions": [action]},
            "declared": {"attributes": attributes} if attributes else None,
        }
        for kind, name, action, attributes in BLOCKS
    ]
}
LIMITS = {"limits": {"life": 100, "admins": ["admin", "maint"], "names": ["svc_a", "x"]}}
PACKAGES = ("lib", "acme.util", "lib.sub", "zed")
CONDITIONS = (
    'rc.type == "user"',
    "rc.declared.attributes.life > {limits}.life",
    '"create" in rc.change.actions',
    "some a in {limits}.admins; a in rc.declared.attributes.roles",
    "rc.name in {limits}.names",
    "not rc.declared.attributes.active",
    'startswith(rc.name, "s")',
    "is_object(rc.declared)",
    "count(rc.declared.attributes.roles) > 0",
    "{limits}.nobody_says",
)
SOURCES = (
    "some rc in {a}.blocks",
    "some rc in input.resource_changes",
    "some t, ns in {a}.by\n\tsome rc in input.resource_changes\n\trc.name in ns",
)
CHECKS = (
    "{b}.ok(rc)",
    "not {b}.ok(rc)",
    "{b}.num > 1",
    "{a}.ok(rc)\n\tnot {b}.ok(rc)",
    "count({b}.blocks) > 0",
    "every x in {b}.blocks {{ x.name }}",
    "{b}.ok(rc) with data.limits.life as 1",
    'count({b}.blocks) == 0 with input as {{"resource_changes": []}}',
)


def policies(random: Random) -> list[tuple[str, str]]:
    """A few packages and `main`, in any order of files."""
    names = random.sample(PACKAGES, random.randint(1, len(PACKAGES)))
    files = [(f"{index}.rego", _package(name, names[:index], random)) for index, name in enumerate(names)]
    files.append(("main.rego", _main(names, random)))
    random.shuffle(files)
    return files


def _imports(names: Sequence[str], random: Random) -> tuple[list[str], list[str]]:
    """Lines, and what the packages are called then: by an import, by another name for it, or by the whole path."""
    lines, called = list[str](), list[str]()
    for index, name in enumerate(names):
        alias = random.choice((name.rpartition(".")[2], f"al{index}", ""))
        if alias and alias not in called:
            lines.append(
                f"import data.{name} as {alias}" if alias.startswith("al") else f"import data.{name}"
            )
        called.append(alias if alias and alias not in called else f"data.{name}")
    return lines, called


def _package(name: str, others: Sequence[str], random: Random) -> str:
    lines, called = _imports(others, random)
    limits = random.choice(("limits", "data.limits"))
    lines += ["import data.limits"] if limits == "limits" else []

    def condition() -> str:
        return random.choice(CONDITIONS).format(limits=limits)

    source = (
        f"{random.choice(called)}.blocks" if called and random.random() < 0.5 else "input.resource_changes"
    )
    more = f"\n\t{random.choice(('', 'not '))}{random.choice(called)}.ok(rc)" if called else ""
    number = f"{random.choice(called)}.num + 1" if called else "count(blocks)"
    body = [
        f"blocks := [rc | some rc in {source}; {condition()}]",
        f"ok(rc) if {{\n\t{condition()}{more}\n}}",
        f"ok(rc) if {{\n\t{condition()}\n}}",
        "by[rc.type] contains rc.name if some rc in input.resource_changes",
        f"default num := 1\n\nnum := {number} if count(blocks) > 1",
    ]
    random.shuffle(body)
    return "\n\n".join((f"package {name}", "\n".join(lines), *body)) + "\n"


def _main(names: Sequence[str], random: Random) -> str:
    lines, called = _imports(names, random)
    rules = []
    for number in range(random.randint(2, 6)):
        a, b = random.choice(called), random.choice(called)
        source, check = random.choice(SOURCES).format(a=a), random.choice(CHECKS).format(a=a, b=b)
        name = random.choice(("deny", "warn", "deny_x"))
        said = f'm := sprintf("{number} %s", [rc.address])'
        rules.append(f"{name} contains m if {{\n\t{source}\n\t{check}\n\t{said}\n}}")
    return "\n\n".join(("package main", "\n".join(lines), *rules)) + "\n"

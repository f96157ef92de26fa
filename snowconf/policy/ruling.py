"""Which rules of the policies are asked, each by a name of its own, and what each of them says of itself."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from snowconf.model.finding import Rule
from snowconf.model.origin import Origin
from snowconf.policy.module import Annotation, Head, Library, Module

ALL = "*"
# Behind the name of a rule that several places define, so that each of them answers for itself.
OWN = "snowconf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A rule that is asked: by `query`, of `package`, which people know as `name`."""

    query: str
    package: str
    name: str
    rule: Rule


def prepare(library: Library, namespaces: Sequence[str]) -> tuple[tuple[Asked, ...], tuple[Module, ...]]:
    """The rules of these namespaces (`*` for all), and the modules in which each has its own name.

    Where several places add to one set, a message would not tell whose it is; so each gets a name of its own, unless
    another rule reads the set by its name.
    """
    numbers = iter(range(1, 1_000_000))
    shared = _read_by_others(library.rules)
    asked, modules = list[Asked](), list[Module]()
    known = Counter((module.package, head.name) for module in library.rules for head in module.heads)
    for module in library.rules:
        names = {
            head.start: f"{head.name}_{OWN}{next(numbers)}"
            for head in module.heads
            if head.adds and known[module.package, head.name] > 1 and head.name not in shared
        }
        renamed = module.with_names(names)
        modules.append(renamed)
        if ALL in namespaces or module.package in namespaces:
            asked += [_asked(module, *each) for each in zip(module.heads, renamed.heads, strict=True)]
    return tuple(_together(asked)), tuple(modules)


def rules_of(library: Library) -> Sequence[Rule]:
    """Every rule there is, in all namespaces."""
    return [each.rule for each in prepare(library, (ALL,))[0]]


def _read_by_others(modules: Sequence[Module]) -> frozenset[str]:
    """Names of rules that stand elsewhere than where they are defined."""
    defined, written = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    names = {head.name for module in modules for head in module.heads}
    for module in modules:
        defined.update((module.file, head.name) for head in module.heads)
        written.update({(module.file, name): module.words.get(name, 0) for name in names})
    return frozenset(name for file, name in written if written[file, name] > defined[file, name])


def _asked(module: Module, head: Head, renamed: Head) -> Asked:
    return Asked(
        query=f"{path_of(module.package)}.{renamed.name}",
        package=module.package,
        name=head.name,
        rule=_rule(module, head),
    )


def path_of(package: str) -> str:
    """`data.main`; keys that are no words in brackets."""
    return "data" + "".join(
        f".{part}" if part.isidentifier() else f'["{part}"]' for part in package.split(".")
    )


def _together(asked: Sequence[Asked]) -> Iterator[Asked]:
    """One for each query: of several that share it, the first stands for all, under the name of the set."""
    counts = Counter(each.query for each in asked)
    seen = set[str]()
    for each in asked:
        if each.query not in seen:
            seen.add(each.query)
            yield each if counts[each.query] == 1 else _anonymous(each)


def _anonymous(asked: Asked) -> Asked:
    rule = asked.rule
    plain = Rule(
        id=f"{asked.package}.{asked.name}", query=rule.query, severity=rule.severity, origin=rule.origin
    )
    return Asked(query=asked.query, package=asked.package, name=asked.name, rule=plain)


def _rule(module: Module, head: Head) -> Rule:
    note = head.annotation
    custom = note.get("custom")
    more: Annotation = custom if isinstance(custom, Mapping) else {}
    return Rule(
        id=_text(more, "id") or f"{module.package}.{head.name}",
        query=f"{path_of(module.package)}.{head.name}",
        severity=head.severity,
        origin=Origin(module.file, head.line, head.column),
        title=_text(note, "title"),
        description=_text(note, "description"),
        why=_text(more, "why"),
        fix=_text(more, "fix"),
        waivable="waivable" not in more or _text(more, "waivable").casefold() == "true",
    )


def _text(note: Annotation, name: str) -> str:
    value = note.get(name, "")
    return value.strip() if isinstance(value, str) else ""

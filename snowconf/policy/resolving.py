"""Policies with every import written out, for an engine that loses what is behind an import of an import (docs/decisions/0022).

`import data.lib` and `lib.most` become `data.lib.most`. Lines stay where they are.
"""

from collections.abc import Iterator, Mapping, Sequence

from snowconf.policy.scanning import Token, reference, scan

ROOTS = ("data", "input")
DECLARING = ("some", "every")
# Where a declaration of variables is over, if not with its line.
OVER = ("in", ";", "{", "}")


def resolved(text: str) -> str:
    """The text of a module without any use of what it imports from data or from the plan."""
    if "import" not in text:
        return text
    tokens = scan(text)
    starts = [index for index, each in enumerate(tokens) if _begins(each)]
    imports = dict(_imports(tokens, starts))
    pieces, done = list[str](), 0
    for token in _used(tokens, starts, imports) if imports else ():
        pieces += [text[done : token.start], imports[token.text]]
        done = token.start + len(token.text)
    return "".join((*pieces, text[done:]))


def _begins(token: Token) -> bool:
    """A word that begins a line outside all brackets: there rules and imports begin."""
    return token.sort == "word" and token.is_first and not token.depth


def _imports(tokens: Sequence[Token], starts: Sequence[int]) -> Iterator[tuple[str, str]]:
    """Each name with the path that it stands for; a part that is no word is in an index."""
    for index in starts:
        if tokens[index].text == "import" and index + 1 < len(tokens) and tokens[index + 1].text in ROOTS:
            path, behind = reference(tokens, index + 1)
            root, *parts = path.split(".")
            named = [each.text for each in tokens[behind : behind + 2]]
            alias = named[1] if named[:1] == ["as"] else path.rpartition(".")[2]
            if parts or named[:1] == ["as"]:
                yield (
                    alias,
                    root + "".join(f".{each}" if each.isidentifier() else f'["{each}"]' for each in parts),
                )


def _used(tokens: Sequence[Token], starts: Sequence[int], imports: Mapping[str, str]) -> Iterator[Token]:
    """Where an import is used: not as a part of a path, not as the name of a rule, nor where a variable has its name."""
    for begin, end in zip(starts, [*starts[1:], len(tokens)], strict=True):
        if tokens[begin].text in ("import", "package"):
            continue
        variables = set(_variables(tokens[begin:end]))
        for index in range(begin + 1, end):
            token, before = tokens[index], tokens[index - 1]
            is_part = before.text in (".", "default") and before.sort in ("mark", "word")
            if token.sort == "word" and token.text in imports and token.text not in variables and not is_part:
                yield token


def _variables(rule: Sequence[Token]) -> Iterator[str]:
    """Names that a rule gives to variables of its own: arguments, `some`, `every`, `:=`."""
    declares, is_head = False, [each.text for each in rule[1:2]] == ["("]
    for token, after in zip(rule, [*rule[1:], None], strict=True):
        declares = token.text in DECLARING or (declares and token.text not in OVER and not token.is_first)
        is_head = is_head and not (token.text == ")" and token.depth == 1)
        if token.sort == "word" and (declares or is_head or (after is not None and after.text == ":=")):
            yield token.text

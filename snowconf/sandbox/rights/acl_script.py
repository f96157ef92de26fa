"""The few scripts of access controls that can be understood without running any: a tiny language, never evaluated.

`answer = <expression>;`, alone or chosen by one `if`, over roles, the caller and columns of `current`.
What is not of this language is undecidable, and `access` asks a switch then.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, TypeAlias, assert_never

_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'[^'\\\n]*'|"[^"\\\n]*")|(?P<mark>\|\||&&|===|!==|==|!=|[!=(){};,])|(?P<name>[A-Za-z_]\w*(?:\.\w+)*))"""
)
LONGEST = 4000
DEEPEST = 40
# What `gs.getUser()` gives has the same functions as `gs` itself, as far as they are known here.
_USER = re.compile(r"\bgs\s*\.\s*getUser\s*\(\s*\)\s*\.")


class Person(Protocol):
    """Who is asked about: what a script can know of the caller."""

    @property
    def user_sys_id(self) -> str:
        """What `gs.getUserID()` gives."""

    @property
    def user_name(self) -> str:
        """What `gs.getUserName()` gives."""

    def has_role(self, name: str) -> bool:
        """Whether `gs.hasRole` says so."""


@dataclass(frozen=True, slots=True)
class Truth:
    """`true`, `false`, `gs.isLoggedIn()`."""

    value: bool


@dataclass(frozen=True, slots=True)
class HasRole:
    """`gs.hasRole('a,b')`: any of them."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Me:
    """`gs.getUserID()` or `gs.getUserName()`, by the attribute of the caller."""

    attribute: str


@dataclass(frozen=True, slots=True)
class Cell:
    """`current.column`."""

    column: str


@dataclass(frozen=True, slots=True)
class Text:
    """A literal."""

    value: str


Operand: TypeAlias = Me | Cell | Text


@dataclass(frozen=True, slots=True)
class Same:
    """`left == right`."""

    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Not:
    """`!inner`, `left != right`."""

    inner: "Expression"


@dataclass(frozen=True, slots=True)
class Junction:
    """`a && b && …` when `both`, `a || b || …` otherwise."""

    parts: tuple["Expression", ...]
    both: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """`if (test) answer = yes; else answer = no;`, where a missing `else` answers false."""

    test: "Expression"
    yes: "Expression"
    no: "Expression"


Expression: TypeAlias = Truth | HasRole | Same | Not | Junction | Choice


class StrangeScriptError(Exception):
    """The script is not of this language."""


@lru_cache(maxsize=4096)
def parse_script(script: str) -> Expression | None:
    """What the script answers, None when that is undecidable."""
    try:
        return Parser(script).script()
    except StrangeScriptError:
        return None


def is_personal(expression: Expression) -> bool:
    """Whether more than the caller's roles counts: who he is, or what the row holds."""
    match expression:
        case Truth() | HasRole():
            return False
        case Same():
            return True
        case Not(inner):
            return is_personal(inner)
        case Junction(parts):
            return any(map(is_personal, parts))
        case Choice(test, yes, no):
            return any(map(is_personal, (test, yes, no)))
        case _:
            assert_never(expression)


def answers(expression: Expression, person: Person, row: dict[str, str] | None) -> bool | None:
    """What the script answers about the row; None when it depends on a row and there is none."""
    match expression:
        case Truth(value):
            return value
        case HasRole(names):
            return any(map(person.has_role, names))
        case Same(left, right):
            return _is_same(_value(left, person, row), _value(right, person, row))
        case Not(inner):
            answer = answers(inner, person, row)
            return None if answer is None else not answer
        case Junction(parts, both):
            return _join([answers(part, person, row) for part in parts], both=both)
        case Choice(test, yes, no):
            chosen = answers(test, person, row)
            return None if chosen is None else answers(yes if chosen else no, person, row)
        case _:
            assert_never(expression)


def _join(parts: list[bool | None], *, both: bool) -> bool | None:
    """Conjunction or disjunction of what may be unknown."""
    decisive = not both
    if decisive in parts:
        return decisive
    return None if None in parts else both


def _is_same(left: str | None, right: str | None) -> bool | None:
    return None if left is None or right is None else left == right


def _value(operand: Operand, person: Person, row: dict[str, str] | None) -> str | None:
    match operand:
        case Text(value):
            return value
        case Me(attribute):
            return person.user_sys_id if attribute == "user_sys_id" else person.user_name
        case Cell(column):
            return None if row is None else row.get(column, "")
        case _:
            assert_never(operand)


CALLS: dict[str, Me] = {
    "gs.getUserID": Me("user_sys_id"),
    "gs.getID": Me("user_sys_id"),
    "gs.getUserName": Me("user_name"),
    "gs.getName": Me("user_name"),
}
LITERALS = {"true": Truth(value=True), "false": Truth(value=False)}


class Parser:
    """Reads one script; raises `StrangeScriptError` at the first thing it does not know."""

    def __init__(self, script: str) -> None:
        if len(script) > LONGEST:
            raise StrangeScriptError
        self._tokens = [*_tokens(_USER.sub("gs.", _COMMENT.sub(" ", script))), ""]
        self._at = 0
        self._depth = 0

    def script(self) -> Expression:
        """The whole of it."""
        found = self._choice() if self._peek() == "if" else self._statement()
        if self._peek():
            raise StrangeScriptError
        return found

    def _peek(self) -> str:
        return self._tokens[self._at]

    def _take(self) -> str:
        token = self._peek()
        self._at += bool(token)
        return token

    def _skip(self, token: str) -> bool:
        found = self._peek() == token
        self._at += found
        return found

    def _demand(self, token: str) -> None:
        if not self._skip(token):
            raise StrangeScriptError

    def _choice(self) -> Expression:
        self._demand("if")
        self._demand("(")
        test = self._disjunction()
        self._demand(")")
        yes = self._block()
        no = self._block() if self._skip("else") else Truth(value=False)
        return Choice(test, yes, no)

    def _block(self) -> Expression:
        if not self._skip("{"):
            return self._statement()
        found = self._statement()
        self._demand("}")
        return found

    def _statement(self) -> Expression:
        """`answer = <expression>`; a bare expression is what a script answers too."""
        if self._skip("answer"):
            self._demand("=")
        found = self._disjunction()
        while self._skip(";"):
            pass
        return found

    def _disjunction(self) -> Expression:
        parts = [self._conjunction()]
        while self._skip("||"):
            parts.append(self._conjunction())
        return parts[0] if len(parts) == 1 else Junction(tuple(parts), both=False)

    def _conjunction(self) -> Expression:
        parts = [self._negation()]
        while self._skip("&&"):
            parts.append(self._negation())
        return parts[0] if len(parts) == 1 else Junction(tuple(parts), both=True)

    def _negation(self) -> Expression:
        self._depth += 1
        if self._depth > DEEPEST:
            raise StrangeScriptError
        found = Not(self._negation()) if self._skip("!") else self._atom()
        self._depth -= 1
        return found

    def _atom(self) -> Expression:
        if self._skip("("):
            inner = self._disjunction()
            self._demand(")")
            return inner
        if self._peek() in LITERALS:
            return LITERALS[self._take()]
        if self._peek() == "gs.hasRole":
            return HasRole(tuple(name.strip() for name in self._argument().split(",")))
        if self._peek() == "gs.isLoggedIn":
            self._call()
            return LITERALS["true"]
        return self._comparison()

    def _comparison(self) -> Expression:
        left, sign = self._operand(), self._take()
        if sign not in {"==", "===", "!=", "!=="}:
            raise StrangeScriptError
        same = Same(left, self._operand())
        return Not(same) if sign.startswith("!") else same

    def _operand(self) -> Operand:
        word = self._peek()
        if word in CALLS:
            self._call()
            return CALLS[word]
        if word == "current.getValue":
            return Cell(self._argument())
        if word.startswith("current."):
            return self._cell()
        return Text(self._take()) if word in LITERALS else Text(self._literal())

    def _call(self) -> None:
        """A function without arguments."""
        self._take()
        self._demand("(")
        self._demand(")")

    def _argument(self) -> str:
        """A function's only argument, which is a literal."""
        self._take()
        self._demand("(")
        text = self._literal()
        self._demand(")")
        return text

    def _cell(self) -> Operand:
        """`current.column`, also with `.toString()`; what is dot-walked is not understood."""
        column = self._take().removeprefix("current.")
        if column.endswith(".toString"):
            self._demand("(")
            self._demand(")")
            column = column.removesuffix(".toString")
        if "." in column or self._peek() == "(":
            raise StrangeScriptError
        return Cell(column)

    def _literal(self) -> str:
        token = self._take()
        if not token.startswith(("'", '"')):
            raise StrangeScriptError
        return token[1:-1]


def _tokens(script: str) -> Iterator[str]:
    at, script = 0, script.rstrip()
    while at < len(script):
        found = _TOKEN.match(script, at)
        if found is None:
            raise StrangeScriptError
        yield found[found.lastgroup or 0]
        at = found.end()

"""Encoded queries as values: the whole grammar of wire-contract.md 3, and nothing of what it means.

Parsing never fails. What cannot be read is kept as `Unreadable`, because the platform too goes on without it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

_COLUMN = re.compile(r"[a-z0-9_]+(?:\.[a-z0-9_]+)*")
_JOIN = re.compile(r"JOIN([a-z0-9_.]+)=([a-z0-9_]+)\.([a-z0-9_]+)(?:!(.*))?", re.DOTALL)
_RELATED = re.compile(r"RLQUERY([a-z0-9_]+)\.([a-z0-9_]+),([^,^]*)(,m2m)?", re.DOTALL)
_TEXT_QUERY = "123TEXTQUERY321="


class Operator(Enum):
    """The operators, by the spelling that stands for all of an operator's."""

    EQUALS = "="
    NOT_EQUALS = "!="
    LESS = "<"
    AT_MOST = "<="
    GREATER = ">"
    AT_LEAST = ">="
    IN = "IN"
    NOT_IN = "NOT IN"
    LIKE = "LIKE"
    NOT_LIKE = "NOT LIKE"
    STARTS_WITH = "STARTSWITH"
    ENDS_WITH = "ENDSWITH"
    IS_EMPTY = "ISEMPTY"
    IS_NOT_EMPTY = "ISNOTEMPTY"
    ANYTHING = "ANYTHING"
    EMPTY_STRING = "EMPTYSTRING"
    BETWEEN = "BETWEEN"
    SAME_AS = "SAMEAS"
    NOT_SAME_AS = "NSAMEAS"
    GREATER_COLUMN = "GT_FIELD"
    LESS_COLUMN = "LT_FIELD"
    AT_LEAST_COLUMN = "GT_OR_EQUALS_FIELD"
    AT_MOST_COLUMN = "LT_OR_EQUALS_FIELD"
    ON = "ON"
    NOT_ON = "NOTON"
    DATE_PART = "DATEPART"
    RELATIVE_GREATER = "RELATIVEGT"
    RELATIVE_AT_LEAST = "RELATIVEGE"
    RELATIVE_LESS = "RELATIVELT"
    RELATIVE_AT_MOST = "RELATIVELE"
    RELATIVE_EQUAL = "RELATIVEEE"
    MORE_THAN = "MORETHAN"
    LESS_THAN = "LESSTHAN"
    INSTANCE_OF = "INSTANCEOF"
    IN_HIERARCHY = "IN_HIERARCHY"
    DYNAMIC = "DYNAMIC"
    VALUE_CHANGES = "VALCHANGES"
    CHANGES_FROM = "CHANGESFROM"
    CHANGES_TO = "CHANGESTO"


_ALIASES = {
    "*": Operator.LIKE,
    "CONTAINS": Operator.LIKE,
    "!*": Operator.NOT_LIKE,
    "DOES NOT CONTAIN": Operator.NOT_LIKE,
    # As ServiceNow's own documentation writes them in some places.
    "NOTLIKE": Operator.NOT_LIKE,
    "NOTIN": Operator.NOT_IN,
    "%": Operator.ENDS_WITH,
}
# Longest first: ISNOTEMPTY before IN, >= before >.
_SPELLINGS = sorted(
    [*((operator.value, operator) for operator in Operator), *_ALIASES.items()],
    key=lambda spelling: -len(spelling[0]),
)


@dataclass(frozen=True, slots=True)
class Condition:
    """`column operator value`. The column may be dot-walked; the value is as it was written."""

    column: str
    operator: Operator
    value: str = ""

    @property
    def path(self) -> tuple[str, ...]:
        """The column's steps."""
        return tuple(self.column.split("."))


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedList:
    """`RLQUERYtable.column,>=1^…^ENDRLQUERY`: how many rows of another table point here; `conditions` narrow them."""

    table: str
    column: str
    quantity: str
    conditions: str
    many_to_many: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """`JOINcolumn=table.joined!condition`: rows for which the other table has a matching one."""

    column: str
    table: str
    joined: str
    condition: str


@dataclass(frozen=True, slots=True)
class TextQuery:
    """`123TEXTQUERY321=words`: a search of the text index."""

    words: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A term that is none of the grammar's."""

    text: str


Term: TypeAlias = Condition | RelatedList | Join | TextQuery | Unreadable
# Any of a group's terms must hold; all groups of a segment must; any segment of the query.
Group: TypeAlias = tuple[Term, ...]
Segment: TypeAlias = tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """One `ORDERBY` or `ORDERBYDESC`."""

    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class EncodedQuery:
    """A parsed query. One segment without groups asks for every row."""

    segments: tuple[Segment, ...] = ((),)
    order: tuple[Order, ...] = ()


class Link(Enum):
    """How a term hangs on the ones before it."""

    AND = "^"
    OR = "^OR"
    NEXT = "^NQ"


def parse(text: str) -> EncodedQuery:
    """The query as values. Empty terms (`^^`), segments without a condition and the closing `^EQ` say nothing."""
    segments: list[list[list[Term]]] = [[]]
    order: list[Order] = []
    for link, term in _linked(text):
        if link is Link.NEXT:
            segments.append([])
        if (sorting := _find_order(term)) is not None:
            order.extend(sorting)
        elif link is Link.OR and segments[-1]:
            segments[-1][-1].append(_read(term))
        elif term:
            segments[-1].append([_read(term)])
    closed = tuple(tuple(tuple(group) for group in segment) for segment in segments if segment)
    return EncodedQuery(closed or ((),), tuple(order))


def _linked(text: str) -> Iterator[tuple[Link, str]]:
    """The terms with the links in front of them; a related list is one term with all that it encloses."""
    pieces = iter(text.split("^"))
    for piece in pieces:
        link, term = _split_link(piece)
        if term.startswith("RLQUERY"):
            term = "^".join((term, *iter(lambda: next(pieces, "ENDRLQUERY"), "ENDRLQUERY")))
        if term != "EQ":
            yield link, term


def _split_link(piece: str) -> tuple[Link, str]:
    if piece.startswith("NQ"):
        return Link.NEXT, piece[2:]
    if piece.startswith("OR") and not piece.startswith("ORDERBY"):
        return Link.OR, piece[2:]
    return Link.AND, piece


def _find_order(term: str) -> list[Order] | None:
    """What a term says about order: nothing is an empty list when it groups, None when it is a condition."""
    if term.startswith("ORDERBYDESC"):
        return [Order(term.removeprefix("ORDERBYDESC"), descending=True)]
    if term.startswith("ORDERBY"):
        return [Order(term.removeprefix("ORDERBY"))]
    return [] if term.startswith("GROUPBY") else None


def _read(term: str) -> Term:
    if term.startswith(_TEXT_QUERY):
        return TextQuery(term.removeprefix(_TEXT_QUERY))
    if term.startswith("RLQUERY"):
        return _read_related_list(term)
    if found := _JOIN.fullmatch(term):
        column, table, joined, condition = found.groups(default="")
        return Join(column=column, table=table, joined=joined, condition=condition)
    return _read_condition(term)


def _read_related_list(term: str) -> Term:
    head, _, conditions = term.partition("^")
    found = _RELATED.fullmatch(head)
    if found is None:
        return Unreadable(term)
    return RelatedList(
        table=found[1],
        column=found[2],
        quantity=found[3],
        conditions=conditions,
        many_to_many=found[4] is not None,
    )


def _read_condition(term: str) -> Term:
    column = _COLUMN.match(term)
    if column is None:
        return Unreadable(term)
    rest = term[column.end() :]
    for spelling, operator in _SPELLINGS:
        if rest.startswith(spelling):
            return Condition(column[0], operator, rest.removeprefix(spelling))
    return Unreadable(term)

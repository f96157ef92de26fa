"""`# METADATA` above a rule, in OPA's own form: YAML, of which aliases and merges are refused.

What stands in it is kept as the text that it is written as, and not as YAML's numbers and dates. Imported where there is one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import yaml

from snowconf.policy.module import Annotation, Said
from snowconf.policy.problems import AnnotationError
from snowconf.policy.scanning import Token, is_annotation

# Lists and maps in each other; the library goes deeper into itself with each.
DEEPEST = 12
WAIVABLE = "waivable"
TEXTS = ("title", "description", "scope")
SCOPES = ("", "rule", "document", "package", "subpackages")
TEXT, NULL, MERGE = (f"tag:yaml.org,2002:{each}" for each in ("str", "null", "merge"))
# As OPA reads them, and YAML 1.1 does not.
NUMBER = re.compile(r"[-+]?(\d[\d.]*|\.\d+)[eE][-+]?\d+|0o[0-7]+")
# Found where the next line begins; what is wrong is the one before.
WITHOUT_COLON = "while scanning a simple key"


def annotations(comments: Sequence[Token]) -> Iterator[tuple[int, Annotation]]:
    """The last line of each annotation, and what it says.

    Raises:
        AnnotationError: it is no YAML, or says what would be passed over.
    """
    for block in _blocks(comments):
        heads = [index for index, each in enumerate(block) if is_annotation(each)]
        if heads:
            rows = block[heads[0] + 1 :]
            text = "".join(f"{each.text[1:].removeprefix(' ')}\n" for each in rows)
            yield block[-1].line, _Reading(text, block[heads[0]].line + 1).annotation()


def _blocks(comments: Sequence[Token]) -> Iterator[list[Token]]:
    """Comments on lines right below each other."""
    block: list[Token] = []
    for each in comments:
        if block and each.line != block[-1].line + 1:
            yield block
            block = []
        block.append(each)
    if block:
        yield block


class _Loader(yaml.SafeLoader):
    """Up to its nodes, which say where they are."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise self._error(
                "an alias (*) stands for what is elsewhere; write that out, or put the text into quotes"
            )
        if self.depth > DEEPEST:
            raise self._error(f"lists and maps stand more than {DEEPEST} deep in each other")
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def _error(self, problem: str) -> yaml.MarkedYAMLError:
        return yaml.MarkedYAMLError(problem=problem, problem_mark=self.current_event.start_mark)


@dataclass(frozen=True, slots=True)
class _Reading:
    """The YAML of one annotation, whose first line has the number `first`."""

    text: str
    first: int

    def annotation(self) -> Annotation:
        node = self._composed()
        if node is None:
            return {}
        if not isinstance(node, yaml.MappingNode):
            raise self._error(node, "it is no 'name: value'")
        said = self._map(node)
        for key, value in node.value:
            self._check(key, value)
        return said

    def _composed(self) -> yaml.Node | None:
        try:
            loader = _Loader(self.text)
        except yaml.reader.ReaderError as error:
            raise self._error_at(error.position, "it holds a control character") from None
        try:
            return loader.get_single_node()
        except yaml.MarkedYAMLError as error:
            mark = error.context_mark if error.context == WITHOUT_COLON else error.problem_mark
            why = (error.problem or "it is no YAML").removeprefix("but ")
            raise self._error_at(mark.index if mark else 0, why) from None
        except (ValueError, OverflowError):
            raise self._error_at(loader.index, "a number or a character in it is too large") from None
        finally:
            loader.dispose()

    def _said(self, node: yaml.Node) -> Said:
        match node:
            case yaml.MappingNode():
                return self._map(node)
            case yaml.SequenceNode():
                return [self._said(each) for each in node.value]
            case _:
                return self._text(node)

    def _map(self, node: yaml.MappingNode) -> Annotation:
        said: dict[str, Said] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag == MERGE:
                raise self._error(key, "a name is a text, and '<<' takes nothing over here")
            name = self._text(key)
            if name in said:
                raise self._error(key, f"'{name}' stands there twice")
            said[name] = self._said(value)
        return said

    def _text(self, node: yaml.Node) -> str:
        text = str(node.value)
        if any("\ud800" <= each <= "\udfff" for each in text):
            raise self._error(node, "a character that is written as \\u… is half of one")
        return "" if node.tag == NULL else text

    def _check(self, key: yaml.Node, value: yaml.Node) -> None:
        """What is written another way would be passed over, and a rule that nobody may waive be waived."""
        if key.value == "custom":
            self._check_custom(value)
        elif _resembles(key.value, "custom", 0.8) or _resembles(key.value, WAIVABLE, 0.85):
            raise self._error(key, f"'{key.value}' counts for nothing; it is custom, with waivable below it")
        if key.value in TEXTS and not isinstance(value, yaml.ScalarNode):
            raise self._error(value, f"'{key.value}' is a text")
        if key.value == "scope" and self._text(value) not in SCOPES:
            raise self._error(value, f"a scope is one of {', '.join(SCOPES[1:])}")

    def _check_custom(self, custom: yaml.Node) -> None:
        if not isinstance(custom, yaml.MappingNode):
            if custom.tag != NULL:
                raise self._error(custom, "below custom are names with values")
            return
        for key, value in custom.value:
            if key.value != WAIVABLE and _resembles(key.value, WAIVABLE, 0.85):
                raise self._error(key, f"'{key.value}' counts for nothing; it is waivable")
            if key.value == "id" and not _is_text(value):
                raise self._error(
                    value, "an id is a text, and YAML reads something else here: put it into quotes"
                )

    def _error(self, node: yaml.Node, why: str) -> AnnotationError:
        return self._error_at(node.start_mark.index, why)

    def _error_at(self, index: int, why: str) -> AnnotationError:
        """By our own count of lines: YAML knows more characters that end one."""
        rows = self.text.count("\n")
        return AnnotationError(self.first + min(self.text.count("\n", 0, index), max(rows - 1, 0)), why)


def _is_text(node: yaml.Node) -> bool:
    is_plain = isinstance(node, yaml.ScalarNode) and node.style is None
    return node.tag == TEXT and not (is_plain and NUMBER.fullmatch(node.value))


def _resembles(name: str, meant: str, cutoff: float) -> bool:
    return bool(get_close_matches(meant, [name], n=1, cutoff=cutoff))

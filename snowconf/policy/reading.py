"""From the text of a policy file to a module, or to what is wrong with it before any engine has seen it."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from snowconf.model.diagnostic import Diagnostic
from snowconf.model.origin import Origin
from snowconf.policy.module import JUDGING, Annotation, Call, Head, Module, Reference
from snowconf.policy.problems import BROKEN, AnnotationError
from snowconf.policy.scanning import (
    Token,
    comments,
    depth_of,
    dotted,
    is_annotation,
    is_whole,
    reference,
    scan,
)

# A parser of Rego may take twice as long for each further level of brackets, so that this is checked before it.
DEEPEST = 12
KEYWORDS = frozenset(
    {
        "as",
        "contains",
        "default",
        "else",
        "every",
        "false",
        "if",
        "import",
        "in",
        "not",
        "null",
        "package",
        "some",
    }
    | {"true", "with"}
)
# What would reach out of the process, or look into it.
REFUSED = ("http.send", "opa.runtime", "net.lookup_ip_addr")
# Names that are meant to judge and are asked by nobody, here as in conftest.
ALMOST = re.compile(r"(deny|violation|warn)(_.*)?", re.IGNORECASE)
# What OPA takes for true where it must be true or false.
YES = ("true", "yes", "on", "y")
# What an annotation may say that is against the name of the rule; other words for a severity are the team's own.
AGAINST = {"error": ("warning", "warn"), "warning": ("error", "deny")}


def read_module(file: str, text: str) -> Module | Diagnostic:
    """The module, or the first thing that is wrong with it."""
    tokens = scan(text)
    endless = next((each for each in tokens if not is_whole(each)), None)
    if endless:
        detail = "A text begins here and does not end: whatever follows would count as text, and no rule in it be asked."
        return BROKEN.at(Origin(file, endless.line, endless.column), detail)
    deepest = depth_of(tokens)
    if deepest and deepest.depth > DEEPEST:
        detail = f"Brackets stand more than {DEEPEST} deep in each other here. Give a part of it a name of its own."
        return BROKEN.at(Origin(file, deepest.line, deepest.column), detail)
    try:
        return _Reading(file=file, text=text, tokens=tokens).module()
    except AnnotationError as error:
        detail = (
            f"This line of a # METADATA comment cannot be understood: {error.why}. Such a comment is YAML, as in 'name: value'; "
            "texts with a colon, or with a sign in front, stand in quotes."
        )
        return BROKEN.at(Origin(file, error.line), detail)
    except _MistakeError as error:
        return BROKEN.at(Origin(file, error.token.line, error.token.column), error.detail)


class _MistakeError(Exception):
    def __init__(self, token: Token, detail: str) -> None:
        super().__init__(detail)
        self.token, self.detail = token, detail


@dataclass(slots=True, kw_only=True)
class _Reading:
    """One file on its way."""

    file: str
    text: str
    tokens: Sequence[Token]
    imports: dict[str, str] = field(default_factory=dict)

    def module(self) -> Module:
        package = self._package()
        self._read_imports()
        notes = self._notes()
        heads = (self._head(index, notes[self.tokens[index].line]) for index in self._starts())
        return Module(
            file=self.file,
            text=self.text,
            package=package,
            heads=tuple(each for each in heads if each),
            calls=tuple(self._calls(package)),
            functions=frozenset(self._functions(package)),
            names=dict(self._defined()),
            reads=tuple(self._reads()),
            words=Counter(self._names()),
            tests={
                self.tokens[each].text: self.tokens[each].line
                for each in self._starts()
                if self.tokens[each].text.startswith("test_")
            },
        )

    def _package(self) -> str:
        for index, token in enumerate(self.tokens[:1]):
            if token.text == "package" and len(self.tokens) > index + 1:
                name, behind = dotted(self.tokens, index + 1)
                further = self.tokens[behind : behind + 3]
                while [each.text[:1] for each in further] in (["[", '"', "]"], ["[", "`", "]"]):
                    name = f"{name}.{further[1].text[1:-1]}"
                    behind += 3
                    further = self.tokens[behind : behind + 3]
                return name
        raise _MistakeError(
            self.tokens[0] if self.tokens else _NOWHERE,
            "A policy file begins with its package, as in: package main",
        )

    def _names(self) -> Iterator[str]:
        """What may name a rule: words, and texts in an index as in `data.main["deny"]`; no other text does."""
        behind = False
        for token in self.tokens:
            if token.sort == "word" or (token.sort == "text" and behind):
                yield token.text.strip('"`')
            behind = token.text == "[" and token.is_joined

    def _starts(self) -> Iterator[int]:
        """Words that begin a line outside all brackets: there rules begin."""
        for index, token in enumerate(self.tokens):
            if token.sort == "word" and token.is_first and not token.depth:
                yield index

    def _defined(self) -> Iterator[tuple[str, int]]:
        """Every rule's name (of one with dots the first part), and its line."""
        for index in self._starts():
            start = index + (self.tokens[index].text == "default")
            token = self.tokens[min(start, len(self.tokens) - 1)]
            if token.text not in KEYWORDS:
                yield token.text, token.line

    def _reads(self) -> Iterator[Reference]:
        """What stands first below `input` and `data`, but where the rule asks whether it is there."""
        for index, token in enumerate(self.tokens):
            before = self.tokens[index - 1].text if index else ""
            root = self.imports.get(token.text, token.text)
            if root in ("input", "data") and token.sort == "word" and before not in (".", "not"):
                name, _ = reference(self.tokens, index)
                _, dot, rest = name.partition(".")
                if dot:
                    key = rest.partition(".")[0]
                    yield Reference(root=root, key=key, line=token.line, column=token.column)

    def _read_imports(self) -> None:
        for index in self._starts():
            if self.tokens[index].text == "import" and len(self.tokens) > index + 1:
                name, behind = reference(self.tokens, index + 1)
                alias = name.rpartition(".")[2]
                if [each.text for each in self.tokens[behind : behind + 1]] == ["as"]:
                    alias = self.tokens[behind + 1].text
                if alias in self.imports:
                    detail = f"'{alias}' is imported twice, and stands for '{self.imports[alias]}' already. Take one out, or say 'as' and a name."
                    raise _MistakeError(self.tokens[index], detail)
                self.imports[alias] = name

    def _notes(self) -> Mapping[int, Annotation]:
        """By line, what is said of the rule there: as OPA has it, an annotation is about what follows it next.

        With `scope: document` it is about all rules of that name; what a rule says of itself goes before it.
        """
        named = {self.tokens[each].line: self.tokens[each].text for each in self._starts()}
        shared, notes = dict[str, Annotation](), dict[int, Annotation]()
        for last, note in _annotations(comments(self.text)):
            about = next((line for line in named if line > last), 0)
            match _scope(note):
                case "rule":
                    notes[about] = _both(notes.get(about, {}), note)
                case "document":
                    shared[named.get(about, "")] = note
        return {line: _both(shared.get(name, {}), notes.get(line, {})) for line, name in named.items()}

    def _head(self, index: int, annotation: Annotation) -> Head | None:
        token, behind = self.tokens[index], self.tokens[index + 1 : index + 3]
        if not JUDGING.fullmatch(token.text) or (behind and behind[0].text == "("):
            if ALMOST.fullmatch(token.text) and [each.text for each in behind[:1]] == ["contains"]:
                raise _MistakeError(token, MISNAMED.format(name=token.text))
            return None
        follows = behind[0].text if behind else ""
        if follows not in ("contains", ":=", "="):
            raise _MistakeError(token, _unlike(token.text, follows))
        if follows != "contains" and behind[-1].text in ("true", "false"):
            raise _MistakeError(token, _unlike(token.text, "if"))
        _check_severity(token, annotation)
        return Head(
            name=token.text,
            start=token.start,
            line=token.line,
            column=token.column,
            adds=follows == "contains",
            annotation=annotation,
        )

    def _functions(self, package: str) -> Iterator[str]:
        for index in self._starts():
            start = index + (self.tokens[index].text == "default")
            name, behind = dotted(self.tokens, start)
            if [each.text for each in self.tokens[behind : behind + 1] if each.is_joined] == ["("]:
                yield f"{package}.{name}"

    def _calls(self, package: str) -> Iterator[Call]:
        index = 0
        while index < len(self.tokens):
            token = self.tokens[index]
            if token.sort != "word":
                index += 1
                continue
            name, behind = reference(self.tokens, index)
            # A gap, and even the end of a line, may stand before the brackets of a call.
            is_call = [each.text for each in self.tokens[behind : behind + 1]] == ["("]
            after_dot = index > 0 and self.tokens[index - 1].text == "." and token.is_joined
            if not after_dot:
                self._check_reach(token, name)
                if is_call and name not in KEYWORDS:
                    yield Call(
                        name=self._whole(name, package), file=self.file, line=token.line, column=token.column
                    )
            index = behind

    def _check_reach(self, token: Token, name: str) -> None:
        """However it is called: by a name in an index, behind a gap, or not at all."""
        refused = next((each for each in REFUSED if f"{name}.".startswith(f"{each}.")), None)
        if refused and refused.partition(".")[0] not in self.imports:
            detail = f"A policy judges the plan alone, so '{refused}' is not to be had. Take it out."
            raise _MistakeError(token, detail)

    def _whole(self, name: str, package: str) -> str:
        first, dot, rest = name.partition(".")
        if first in self.imports:
            return f"{self.imports[first]}{dot}{rest}"
        return name if dot else f"{package}.{name}|{name}"


MISNAMED = (
    "'{name}' looks like a rule that judges and is asked by nobody. Such rules are named deny, violation or warn, all in small "
    "letters, and may go on with _ and letters or digits, as in deny_lifespan."
)
_NOWHERE = Token(sort="end", text="", start=0, line=1, column=1, depth=0, is_first=True, is_joined=False)


def unknown_calls(modules: Sequence[Module], builtins: frozenset[str]) -> Iterator[Call]:
    """Every call of a function that neither a module defines nor the engine has: found late, it would count as no match."""
    functions = frozenset(f"data.{name}" for module in modules for name in module.functions)
    for call in (call for module in modules for call in module.calls):
        own, _, bare = call.name.partition("|")
        known = own in functions or f"data.{own}" in functions or (bare or own) in builtins
        if not known:
            yield call


def _annotations(comments: Sequence[Token]) -> Iterator[tuple[int, Annotation]]:
    if any(is_annotation(each) for each in comments):
        from snowconf.policy.annotating import annotations  # noqa: PLC0415  YAML is for policies that have some

        yield from annotations(comments)


def _scope(note: Annotation) -> str:
    """As OPA has it, an entry point is all rules of the name."""
    is_entrypoint = str(note.get("entrypoint", "")).casefold() in YES
    return str(note.get("scope", "")) or ("document" if is_entrypoint else "rule")


def _both(first: Annotation, then: Annotation) -> Annotation:
    """What both say, and of what they say differently the second."""
    customs = [each for note in (first, then) if isinstance(each := note.get("custom"), Mapping)]
    custom = {name: value for each in customs for name, value in each.items()}
    return {**first, **then, **({"custom": custom} if custom else {})}


def _check_severity(token: Token, annotation: Annotation) -> None:
    """A rule's name decides how grave it is, here as in conftest, so that its annotation may only repeat it."""
    custom = annotation.get("custom")
    said = custom.get("severity") if isinstance(custom, Mapping) else None
    due = "warning" if token.text.startswith("warn") else "error"
    if isinstance(said, str) and said.casefold() in AGAINST[due]:
        detail = f"The annotation says severity {said}, and a rule named '{token.text}' has severity {due}. Mend one of the two."
        raise _MistakeError(token, detail)


def _unlike(name: str, follows: str) -> str:
    if follows == ".":
        return f"Rules that judge are named '{name}', or '{name}_' and more; a name with a dot is asked by nobody."
    if follows == "[":
        return f"'{name}[…]' is of an older Rego and would judge nothing here. Write: {name} contains msg if {{ … }}"
    return (
        f"'{name}' must add messages to a set; as it stands it is only true, and nobody would learn of it. "
        f"Write: {name} contains msg if {{ … }}"
    )

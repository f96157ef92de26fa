"""Which blocks the files of a stack hold, by address; nothing about what is in them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from snowconf.config import codes
from snowconf.config.documents import Document, Spot
from snowconf.config.guessing import did_you_mean, hint, meant
from snowconf.config.shapes import Shape
from snowconf.config.stack_settings import SETTINGS, StackSettings, read_settings
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic

# Control characters would rewrite what a terminal shows; blanks at the ends cannot be seen.
BAD_LABEL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]|^\s|\s$|^$")
STACK_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
RESERVED = ("stack", "instance", "on", "policies", "waiver", "change", "update_set")


@dataclass(slots=True)
class StackBlocks:
    """Every resource block and overlay of a stack, its name and what else it says of itself."""

    shapes: Mapping[str, Shape]
    name: str = ""
    settings: StackSettings = field(default_factory=StackSettings)
    resources: dict[Address, Spot] = field(default_factory=dict)
    overlays: dict[tuple[str, Address], Spot] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)
    # What misspelt kinds may be meant for: blocks of these may be there under another name.
    guessed: frozenset[str] = frozenset()

    def read(self, documents: Sequence[Document]) -> None:
        """Fill all of it."""
        self._read_stack([each.root.child("stack") for each in documents if "stack" in each.content])
        for document in documents:
            for kind, spot in document.root.children():
                if kind not in RESERVED:
                    self._read_kind(kind, spot)
            if "on" in document.content:
                self._read_overlays(document.root.child("on"))

    def _read_stack(self, spots: Sequence[Spot]) -> None:
        for again in spots[1:]:
            detail = (
                f"[stack] stands in {spots[0].origin} already. One folder is one stack; keep one of the two."
            )
            self.problems.append(codes.SECOND_STACK.at(again.origin, detail))
        if not spots:
            detail = (
                'No file of this folder says what the stack is called. Write [stack] and below it name = "…".'
            )
            self.problems.append(codes.UNNAMED_STACK.at(None, detail))
            return
        raw = spots[0].raw
        name = raw.get("name") if isinstance(raw, dict) else None
        if name is None:
            detail = 'The stack has no name. Write name = "…" below [stack].'
            if not _is_misspelt(raw):
                self.problems.append(codes.UNNAMED_STACK.at(spots[0].origin, detail))
        elif not isinstance(name, str) or not STACK_NAME.fullmatch(name):
            self.problems.append(
                codes.BAD_STACK_NAME.at(spots[0].child("name").origin, _bad_stack_name(name))
            )
        else:
            self.name = name
        self.settings, problems = read_settings(spots[0])
        self.problems += problems

    def _read_kind(self, kind: str, spot: Spot) -> None:
        for address, block in self._blocks(kind, spot):
            if address in self.resources:
                detail = f"{address} stands in {self.resources[address].origin} already. Rename or remove one of the two."
                self.problems.append(codes.DUPLICATE_ADDRESS.at(block.origin, detail, address=address))
            else:
                self.resources[address] = block

    def _read_overlays(self, spot: Spot) -> None:
        if not isinstance(spot.raw, dict):
            self.problems.append(codes.NOT_A_BLOCK.at(spot.origin, _no_overlay("on")))
            return
        for instance, kinds in spot.children():
            if not isinstance(kinds.raw, dict):
                self.problems.append(codes.NOT_A_BLOCK.at(kinds.origin, _no_overlay(f"on.{instance}")))
                continue
            for kind, labels in kinds.children():
                self._read_overlay(instance, kind, labels)

    def _read_overlay(self, instance: str, kind: str, spot: Spot) -> None:
        for address, block in self._blocks(kind, spot):
            known = self.overlays.setdefault((instance, address), block)
            if known is not block:
                detail = (
                    f"[on.{instance}.{address}] stands in {known.origin} already. Put both into one block."
                )
                self.problems.append(codes.DUPLICATE_ADDRESS.at(block.origin, detail, address=address))

    def _blocks(self, kind: str, spot: Spot) -> Iterator[tuple[Address, Spot]]:
        if kind not in self.shapes:
            self.problems.append(codes.UNKNOWN_KIND.at(spot.origin, self._no_kind(kind)))
            self.guessed |= meant((kind,), RESERVED) or meant((kind,), self.shapes)
            return
        if not isinstance(spot.raw, dict):
            self.problems.append(codes.NOT_A_BLOCK.at(spot.origin, _no_block(kind)))
            return
        for label, block in spot.children():
            if not isinstance(block.raw, dict):
                self.problems.append(codes.NOT_A_BLOCK.at(block.origin, _no_block(kind)))
            elif BAD_LABEL.search(label):
                detail = (
                    f"The label {label!r} is empty, begins or ends with a blank, or holds control characters."
                )
                self.problems.append(codes.BAD_LABEL.at(block.origin, f"{detail} Choose another label."))
            else:
                yield Address(kind, label), block

    def _no_kind(self, kind: str) -> str:
        return f"There is no kind '{kind}'.{did_you_mean(kind, RESERVED) or hint(kind, self.shapes)}"


def _is_misspelt(raw: object) -> bool:
    """Is a setting there that may be meant for the name, and is complained of itself?"""
    return isinstance(raw, dict) and "name" in meant(set(raw) - set(SETTINGS), SETTINGS)


def _bad_stack_name(name: object) -> str:
    rule = "It is made of lower case letters, digits, '-' and '_', begins with a letter, and has at most 40 characters."
    tidy = re.sub(r"[^a-z0-9_-]+", "-", str(name).casefold()).strip("-")
    return f"{rule} Did you mean '{tidy}'?" if STACK_NAME.fullmatch(tidy) else rule


def _no_block(kind: str) -> str:
    return f"A block needs a label of its own: write [{kind}.some_label], and the attributes below it."


def _no_overlay(what: str) -> str:
    return f"'{what}' must be a block such as [on.prod.user.svc_finout], with what differs there below it."

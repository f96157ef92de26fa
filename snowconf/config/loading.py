"""A folder of TOML in, desired state and settings out, with every problem there is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from snowconf.config import codes
from snowconf.config.blocks import StackBlocks
from snowconf.config.checking import Checks
from snowconf.config.controlling import Controls, read_controls
from snowconf.config.documents import read_documents
from snowconf.config.governing import Governance, read_governance
from snowconf.config.guessing import did_you_mean
from snowconf.config.instances import InstanceBlocks, Switches
from snowconf.config.linking import Links
from snowconf.config.merging import merge
from snowconf.config.parsing import Parsed, parse_block
from snowconf.config.settings import Choice
from snowconf.config.shapes import Shape
from snowconf.config.stack_settings import ON_INSTANCE
from snowconf.kinds import KINDS
from snowconf.kinds.kind import Kind
from snowconf.model.address import Address
from snowconf.model.change_control import ChangeControl
from snowconf.model.connection import InstanceSettings
from snowconf.model.diagnostic import Diagnostic, has_errors
from snowconf.model.finding import PolicySettings, Waiver
from snowconf.model.limits import Limits
from snowconf.model.state import Desired, Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a stack says. `desired` is None when a block has an error, `settings` when no instance can be reached.

    `ledger` is `instance`, or `file:` and a path relative to the stack, in which `{instance}` stands for a name.
    """

    stack: str
    desired: Desired | None
    settings: InstanceSettings | None
    diagnostics: tuple[Diagnostic, ...]
    ledger: str = ON_INSTANCE
    limits: Limits = field(default_factory=Limits)
    policies: PolicySettings | None = None
    waivers: tuple[Waiver, ...] = ()
    control: ChangeControl = field(default_factory=ChangeControl)


def load(
    folder: Path,
    *,
    instance: str | None = None,
    environ: Mapping[str, str],
    kinds: Mapping[str, Kind] = KINDS,
    switches: Switches | None = None,
) -> Loaded:
    """Read the stack in a folder for one instance, chosen by `instance`, SNOWCONF_INSTANCE or the stack itself.

    `switches` are those that the sandbox knows, each with its values; without them any is taken. No problem is
    raised: all of them are in `diagnostics`, in the order of files and lines. No secret is resolved.
    """
    stack = _Stack.read(folder, kinds=kinds, switches=switches)
    settings = None
    if stack.is_whole and "instance" not in stack.blocks.guessed:
        settled = Choice(blocks=stack.instances, asked=instance, environ=environ).settle()
        if isinstance(settled, Diagnostic):
            stack.instances.problems.append(settled)
        else:
            settings = settled
    resources = stack.resources(settings.name if settings else "")
    sound = stack.is_whole and not has_errors(stack.blocks.problems)
    return Loaded(
        stack=stack.blocks.name,
        desired=Desired(stack=stack.blocks.name, resources=resources) if sound else None,
        settings=settings,
        diagnostics=stack.diagnostics(),
        ledger=stack.blocks.settings.ledger,
        limits=stack.blocks.settings.limits,
        policies=stack.governance.settings,
        waivers=stack.governance.waivers,
        control=stack.controls.control.of_instance(settings.name if settings else ""),
    )


def check(
    folder: Path, *, kinds: Mapping[str, Kind] = KINDS, switches: Switches | None = None
) -> tuple[Diagnostic, ...]:
    """Every problem that the files of a stack have by themselves, whatever instance and environment they meet."""
    stack = _Stack.read(folder, kinds=kinds, switches=switches)
    stack.resources("")
    return stack.diagnostics()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stack:
    """The blocks of a folder, on their way; every part collects the problems it finds."""

    kinds: Mapping[str, Kind]
    blocks: StackBlocks
    instances: InstanceBlocks
    governance: Governance
    controls: Controls
    unread: tuple[Diagnostic, ...]

    @classmethod
    def read(cls, folder: Path, *, kinds: Mapping[str, Kind], switches: Switches | None) -> "_Stack":
        documents, unread = read_documents(folder)
        blocks = StackBlocks({name: Shape(kind) for name, kind in kinds.items()})
        instances = InstanceBlocks(switches)
        blocks.read(documents)
        instances.read(documents)
        return cls(
            kinds=kinds,
            blocks=blocks,
            instances=instances,
            governance=read_governance(documents),
            controls=read_controls(documents, tuple(instances.places)),
            unread=unread,
        )

    @property
    def is_whole(self) -> bool:
        """Was every file read? What an unread one holds cannot be called missing."""
        return not self.unread

    def resources(self, instance: str) -> tuple[Resource, ...]:
        """Every resource as it is to be on that instance, in address order."""
        parsed = {
            address: parse_block(self.blocks.shapes[address.kind], address, spot=spot)
            for address, spot in sorted(self.blocks.resources.items())
        }
        overlays = self._overlays(parsed)
        merged = {
            address: self._merge(base, overlays.get((instance, address))) for address, base in parsed.items()
        }
        links = Links(self.kinds, merged)
        for resource in merged.values():
            self.blocks.problems.extend(links.problems(resource))
        linked = {address: links.link(resource) for address, resource in merged.items()}
        self.blocks.problems.extend(Checks(self.kinds, linked).run())
        return tuple(linked.values())

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Every problem, in the order of files and lines."""
        found = [
            *self.unread,
            *self.blocks.problems,
            *self.instances.problems,
            *self.governance.problems,
            *self.controls.problems,
        ]
        return tuple(sorted(filter(self._is_certain, found), key=_place))

    def _is_certain(self, found: Diagnostic) -> bool:
        """What is said to be missing may stand in a file that was not read, or below a misspelt header."""
        if found.code == codes.UNNAMED_STACK.code:
            return self.is_whole and "stack" not in self.blocks.guessed
        if found.code == codes.OVERLAY.code:
            kind = found.address.kind if found.address else ""
            return self.is_whole and self.blocks.guessed.isdisjoint(("instance", kind))
        return True

    def _merge(self, base: Parsed, overlay: Parsed | None) -> Resource:
        resource, problems = merge(base, overlay)
        problems = (*base.problems, *problems)
        self.blocks.problems.extend(problems)
        if not (resource.absent or has_errors((*problems, *(overlay.problems if overlay else ())))):
            for examine in base.shape.kind.checks:
                self.blocks.problems.extend(examine(resource))
        return resource

    def _overlays(self, bases: Mapping[Address, Parsed]) -> Mapping[tuple[str, Address], Parsed]:
        """Every overlay that belongs to an instance and a block of the stack, whichever instance is chosen."""
        overlays = {}
        for (instance, address), spot in self.blocks.overlays.items():
            if self.instances.places and instance not in self.instances.places:
                detail = (
                    f"The stack has no instance '{instance}'.{did_you_mean(instance, self.instances.places)}"
                )
            elif address not in bases:
                detail = f"The stack has no block {address}.{did_you_mean(str(address), map(str, bases))}"
            else:
                shape = self.blocks.shapes[address.kind]
                overlay = parse_block(shape, address, spot=spot, base=bases[address])
                overlays[instance, address] = overlay
                self.blocks.problems.extend(overlay.problems)
                continue
            detail = f"{detail} This overlay would never take effect."
            self.blocks.problems.append(codes.OVERLAY.at(spot.origin, detail, address=address))
        return overlays


def _place(problem: Diagnostic) -> tuple[bool, str, int, int, str]:
    """Where it is; what is nowhere in the files comes last."""
    origin = problem.origin
    if origin is None:
        return True, "", 0, 0, problem.code
    return False, origin.file, origin.line, origin.column, problem.code

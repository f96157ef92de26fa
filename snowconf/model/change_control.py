"""What a stack asks of applies besides its policies: a change request that allows them, an update set that takes them."""

from dataclasses import dataclass, field, replace

from snowconf.model.origin import Origin

IMPLEMENT = "-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSettings:
    """What `[change]` says. `states` are values of `change_request.state` in which work may be done.

    Without `window` the planned start and end are not looked at.
    """

    required_on: tuple[str, ...] = ()
    origin: Origin | None = None
    states: tuple[str, ...] = (IMPLEMENT,)
    window: bool = True

    @property
    def is_required(self) -> bool:
        """Is there an instance that needs one?"""
        return bool(self.required_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureSettings:
    """What `[update_set]` says; `on` no instance means on every one. `origin` is where the name is written."""

    name: str
    origin: Origin
    create: bool = False
    on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeControl:
    """Both, where the stack has them."""

    change: ChangeSettings | None = None
    capture: CaptureSettings | None = None

    def of_instance(self, name: str) -> "ChangeControl":
        """What of it holds on one instance."""
        change, capture = self.change, self.capture
        return replace(
            self,
            change=replace(change, required_on=_only(name, change.required_on)) if change else None,
            capture=capture if capture and (not capture.on or name in capture.on) else None,
        )


def _only(name: str, names: tuple[str, ...]) -> tuple[str, ...]:
    return (name,) if name in names else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRequest:
    """A change request as the instance showed it; moments are UTC, as stored. A column that is not shown is missing."""

    number: str
    sys_id: str
    columns: dict[str, str] = field(default_factory=dict)

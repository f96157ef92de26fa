"""`[change]` and `[update_set]`: which change request applies need, and which update set takes what they write."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from snowconf.config import codes
from snowconf.config.codes import Code
from snowconf.config.documents import Document, Spot
from snowconf.config.guessing import hint
from snowconf.model.change_control import CaptureSettings, ChangeControl, ChangeSettings
from snowconf.model.diagnostic import Diagnostic

# The names of change_request.state in the base system, for who writes them in place of numbers.
STATES: Mapping[str, str] = {
    "New": "-5",
    "Assess": "-4",
    "Authorize": "-3",
    "Scheduled": "-2",
    "Implement": "-1",
    "Review": "0",
    "Closed": "3",
    "Canceled": "4",
}
# What sys_update_set.name holds.
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """One of the two: its settings, which of them must be there, how it is written, and what does not fit a setting."""

    name: str
    settings: tuple[str, ...]
    needs: str
    form: str
    code: Code
    misfit: Callable[[str, object], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """What the files say of both. What has mistakes counts as not said, and then there is a problem."""

    control: ChangeControl
    problems: tuple[Diagnostic, ...] = ()


def read_controls(documents: Sequence[Document], instances: Sequence[str]) -> Controls:
    """All of it; `instances` are those that the stack has, and none where the environment names the only one."""
    change, problems = _read(CHANGE, documents, instances)
    capture, others = _read(UPDATE_SET, documents, instances)
    control = ChangeControl(
        change=_change(change) if change else None, capture=_capture(capture) if capture else None
    )
    return Controls(control=control, problems=(*problems, *others))


def _read(
    table: _Table, documents: Sequence[Document], instances: Sequence[str]
) -> tuple[Spot | None, list[Diagnostic]]:
    spots = [each.root.child(table.name) for each in documents if table.name in each.content]
    problems = [each for spot in spots for each in _problems(table, spot, instances)]
    for again in spots[1:]:
        detail = f"[{table.name}] stands in {spots[0].origin} already. A stack has one; put both into it."
        problems.append(table.code.at(again.origin, detail))
    return (spots[0] if spots and not problems else None), problems


def _problems(table: _Table, spot: Spot, instances: Sequence[str]) -> Iterator[Diagnostic]:
    if not isinstance(spot.raw, dict):
        yield table.code.at(spot.origin, f"'{table.name}' is a table. {table.form}")
        return
    if table.needs not in spot.raw:
        yield table.code.at(spot.origin, f"[{table.name}] does not say {table.needs}. {table.form}")
    for name, value in spot.children():
        if name not in table.settings:
            detail = f"[{table.name}] has no setting '{name}'.{hint(name, table.settings)}"
            yield table.code.at(value.origin, detail)
        elif detail := table.misfit(name, value.raw):
            yield table.code.at(value.origin, detail)
        elif name in ("required_on", "on"):
            yield from _strangers(table, value, instances)


def _strangers(table: _Table, spot: Spot, instances: Sequence[str]) -> Iterator[Diagnostic]:
    """A misspelt instance would be one without the gate, and nobody would notice."""
    for index, name in enumerate(spot.raw):
        if instances and name not in instances:
            detail = f"The stack has no instance '{name}'.{hint(name, instances)}"
            yield table.code.at(spot.child(index).origin, detail)


def _misfit_of_change(name: str, raw: object) -> str:
    match name:
        case "required_on":
            return "" if _is_names(raw) else 'required_on is a list of instances, as in ["prod"].'
        case "states":
            if isinstance(raw, list) and raw and all(map(_is_state, raw)):
                return ""
            names = ", ".join(f'"{each}"' for each in STATES)
            return (
                "states is a list of states of a change request in which may be applied, with at least one, as in "
                f'["Implement"] or [-1]. Names are those of the base system: {names}; states of your own go by their number.'
            )
        case _:
            return "" if isinstance(raw, bool) else "window is true or false; true is what holds unwritten."


def _misfit_of_set(name: str, raw: object) -> str:
    match name:
        case "name":
            fits = isinstance(raw, str) and bool(raw.strip()) and raw == raw.strip()
            if fits and len(str(raw)) <= LONGEST_NAME and "^" not in str(raw) and str(raw).isprintable():
                return ""
            return (
                f"name is the name of an update set: a text of at most {LONGEST_NAME} characters, without blanks around it "
                "and without '^', which no query can carry."
            )
        case "on":
            return "" if _is_names(raw) else 'on is a list of instances, as in ["dev"].'
        case _:
            return (
                ""
                if isinstance(raw, bool)
                else "create is true or false: may the update set be made when there is none?"
            )


def _is_names(raw: object) -> bool:
    return isinstance(raw, list) and bool(raw) and all(isinstance(each, str) and each for each in raw)


def _is_state(raw: object) -> bool:
    return raw in STATES if isinstance(raw, str) else isinstance(raw, int) and not isinstance(raw, bool)


def _change(spot: Spot) -> ChangeSettings:
    raw = spot.raw
    return ChangeSettings(
        required_on=tuple(raw["required_on"]),
        origin=spot.child("required_on").origin,
        states=tuple(STATES.get(each, str(each)) for each in raw.get("states", ["Implement"])),
        window=raw.get("window", True),
    )


def _capture(spot: Spot) -> CaptureSettings:
    raw = spot.raw
    return CaptureSettings(
        name=raw["name"],
        origin=spot.child("name").origin,
        create=raw.get("create", False),
        on=tuple(raw.get("on", ())),
    )


CHANGE = _Table(
    name="change",
    settings=("required_on", "states", "window"),
    needs="required_on",
    form='It is written [change] with required_on = ["prod"] below it.',
    code=codes.CHANGE,
    misfit=_misfit_of_change,
)
UPDATE_SET = _Table(
    name="update_set",
    settings=("name", "create", "on"),
    needs="name",
    form='It is written [update_set] with name = "…" below it.',
    code=codes.UPDATE_SET,
    misfit=_misfit_of_set,
)

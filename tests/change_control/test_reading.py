"""[change] and [update_set]: what is loaded, and every mistake at its line."""

import pytest

from snowconf.config.controlling import LONGEST_NAME, STATES
from snowconf.dictionary import get_table
from snowconf.engine.apply.consulting import NAMES
from snowconf.model.change_control import CaptureSettings, ChangeSettings
from snowconf.model.origin import Origin
from tests.config.conftest import load_files, problems
from tests.config.stacks import BASE, Load, Told

__all__ = ["load_files", "problems"]

WHOLE = """[change]
required_on = ["sandbox"]
states = ["Implement", -2, 12]
window = false

[update_set]
name = "Finout"
create = true
on = ["sandbox"]
"""


def test_both_are_loaded(load_files: Load) -> None:
    """States by name are the numbers that are stored."""
    control = load_files({"a.toml": BASE, "b.toml": WHOLE}).control
    assert control.change == ChangeSettings(
        required_on=("sandbox",), origin=Origin("b.toml", 2, 1), states=("-1", "-2", "12"), window=False
    )
    assert control.capture == CaptureSettings(
        name="Finout", origin=Origin("b.toml", 7, 1), create=True, on=("sandbox",)
    )


def test_an_instance_that_is_not_named_has_neither(load_files: Load) -> None:
    """It is free of both."""
    other = '[instance.other]\nurl = "sandbox:"\n'
    control = load_files({"a.toml": BASE, "b.toml": WHOLE, "c.toml": other}, instance="other").control
    assert (control.change and control.change.is_required, control.capture) == (False, None)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("change = 1", 1, "'change' is a table."),
        ("[change]\nwindow = true", 1, "does not say required_on"),
        ('[change]\nrequired_on = ["sandbx"]', 2, "Did you mean 'sandbox'?"),
        ("[change]\nrequired_on = []", 2, "required_on is a list of instances"),
        ('[change]\nrequired_on = ["sandbox"]\nstates = ["Done"]', 3, "states is a list of states"),
        ('[change]\nrequired_on = ["sandbox"]\nstates = [true]', 3, "states is a list of states"),
        ('[change]\nrequired_on = ["sandbox"]\nwindow = "no"', 3, "window is true or false"),
        ('[change]\nrequired_on = ["sandbox"]\nstate = [1]', 3, "Did you mean 'states'?"),
        ("[update_set]\ncreate = true", 1, "does not say name"),
        ('[update_set]\nname = " x"', 2, "name is the name of an update set"),
        ('[update_set]\nname = "a^b"', 2, "name is the name of an update set"),
        ('[update_set]\nname = "x"\ncreate = 1', 3, "create is true or false"),
        ('[update_set]\nname = "x"\non = "sandbox"', 3, "on is a list of instances"),
        ('[update_set]\nname = "x"\non = ["prod"]', 3, "The stack has no instance 'prod'."),
    ],
)
def test_mistakes_stand_at_their_lines(problems: Told, text: str, line: int, words: str) -> None:
    """A misspelt instance would be one without the gate."""
    (found,) = problems(text)
    assert f"s.toml:{line}" in found
    assert words in found


def test_a_stack_has_one_of_each(load_files: Load) -> None:
    """Two could disagree."""
    found = load_files({"a.toml": BASE, "b.toml": WHOLE, "c.toml": WHOLE}).diagnostics
    assert [(each.code, each.origin and each.origin.file) for each in found] == [
        ("SNC700", "c.toml"),
        ("SNC701", "c.toml"),
    ]


def test_states_and_lengths_are_the_dictionarys() -> None:
    """They are written out so that loading reads no tables."""
    states = get_table("change_request").columns["state"].choices
    assert {value: label for label, value in STATES.items()} == dict(states) == NAMES
    assert get_table("sys_update_set").columns["name"].max_length == LONGEST_NAME

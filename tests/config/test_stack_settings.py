"""What [stack] says besides its name: the ledger, and the limits."""

import pytest

from snowconf.model.limits import Limits
from tests.config.stacks import Load, tell

WHERE = 'ledger is "instance", or "file:" and a path, as in "file:ledger.json".'
SHARE = "is a share of what the stack owns, from 0 to 1: 0.3 is 30 of 100 records."
NUMBER = "'at_least' is a number of records from 0: with fewer than that no limit holds."


def test_a_stack_that_says_nothing_has_its_ledger_on_the_instance(load_files: Load) -> None:
    """And the usual limits."""
    loaded = load_files({"s.toml": '[stack]\nname = "a"\n[instance.x]\nurl = "sandbox:"'})
    assert (loaded.ledger, loaded.limits) == ("instance", Limits(delete=0.3, update=0.3, at_least=10))


@pytest.mark.parametrize("ledger", ["instance", "file:ledger.json", "file:../x/{instance}.json"])
def test_where_the_ledger_is_is_loaded(load_files: Load, ledger: str) -> None:
    """On the instance or in a file."""
    text = f'[stack]\nname = "a"\nledger = "{ledger}"\n[instance.x]\nurl = "sandbox:"'
    assert load_files({"s.toml": text}).ledger == ledger


def test_limits_are_loaded(load_files: Load) -> None:
    """What is not written is as usual."""
    text = '[stack]\nname = "a"\nlimits = { delete = 0, update = 0.5 }\n[instance.x]\nurl = "sandbox:"'
    assert load_files({"s.toml": text}).limits == Limits(delete=0, update=0.5, at_least=10)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("ledger = 1", f"SNC185 s.toml:3 {WHERE}"),
        ('ledger = "instanc"', f"SNC185 s.toml:3 {WHERE} Did you mean 'instance'?"),
        ('ledger = "file: "', f"SNC185 s.toml:3 {WHERE}"),
        (
            'ledger = "file:ledger.toml"',
            (
                "SNC185 s.toml:3 The ledger's file cannot end with .toml: every such file of the folder is read as part of the "
                "stack."
            ),
        ),
        (
            "limits = 1",
            "SNC185 s.toml:3 limits is a table, as in limits = { delete = 0.3, update = 0.3, at_least = 10 }.",
        ),
        ("limits = { delet = 1 }", "SNC113 s.toml:3 limits has no 'delet'. Did you mean 'delete'?"),
        ("limits = { delete = 30 }", f"SNC185 s.toml:3 'delete' {SHARE}"),
        ("limits = { update = true }", f"SNC185 s.toml:3 'update' {SHARE}"),
        ("limits = { update = -0.1 }", f"SNC185 s.toml:3 'update' {SHARE}"),
        ('limits = { update = "1" }', f"SNC185 s.toml:3 'update' {SHARE}"),
        ("limits = { update = nan }", f"SNC185 s.toml:3 'update' {SHARE}"),
        ("limits = { at_least = 0.5 }", f"SNC185 s.toml:3 {NUMBER}"),
        ("limits = { at_least = -1 }", f"SNC185 s.toml:3 {NUMBER}"),
    ],
)
def test_mistakes_are_told_with_what_would_be_right(load_files: Load, line: str, told: str) -> None:
    """Each at its line."""
    loaded = load_files({"s.toml": f'[stack]\nname = "a"\n{line}\n[instance.x]\nurl = "sandbox:"'})
    assert [tell(each) for each in loaded.diagnostics] == [told]


def test_a_stack_that_is_no_table_says_nothing(load_files: Load) -> None:
    """What is wrong with it is said once."""
    loaded = load_files({"s.toml": 'stack = 1\n[instance.x]\nurl = "sandbox:"'})
    assert [each.code for each in loaded.diagnostics] == ["SNC110"]

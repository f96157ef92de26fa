"""`lifecycle`: what is left alone, what may become of a record, and which label it had."""

import pytest

from snowconf.model.ownership import Removal
from tests.config.stacks import BASE, Load, Only, Told, tell


@pytest.mark.parametrize(
    ("lifecycle", "told"),
    [
        ("5", 'lifecycle is a table, as in lifecycle = { ignore = ["description"] }.'),
        ('{ ignore = "email" }', 'ignore is a list of attribute names in quotes, as in ["description"].'),
        ("{ ignore = [5] }", 'ignore is a list of attribute names in quotes, as in ["description"].'),
        (
            '{ ignore = ["email", "emial"] }',
            "A block of kind user has no attribute 'emial' to ignore. Did you mean 'email'?",
        ),
        ("{ ignor = [] }", "lifecycle has no 'ignor'. Did you mean 'ignore'?"),
        (
            "{ zzz = 1 }",
            "lifecycle has no 'zzz'. There are 'ignore', 'prevent_delete', 'on_remove' and 'previously'.",
        ),
        ('{ prevent_delete = "yes" }', "prevent_delete is true or false, without quotes."),
        ('{ on_remove = "keeps" }', "on_remove is 'delete', 'deactivate' or 'keep'. Did you mean 'keep'?"),
        ("{ on_remove = 1 }", "on_remove is 'delete', 'deactivate' or 'keep'."),
        ("{ on_remove = [] }", "on_remove is 'delete', 'deactivate' or 'keep'."),
        (
            "{ previously = 1 }",
            'previously is the label that the block had before, as in previously = "svc_old".',
        ),
        (
            '{ previously = " " }',
            'previously is the label that the block had before, as in previously = "svc_old".',
        ),
        ('{ previously = "a" }', 'previously = "a" is the label that the block has now. Take it out.'),
    ],
)
def test_mistakes_are_told_with_what_to_do(problems: Told, lifecycle: str, told: str) -> None:
    """Each at its place, in its own sentence."""
    text = f"[user.a]\nlifecycle = {lifecycle}"
    place = "SNC143 s.toml:1" if "Take it out" in told else "SNC138 s.toml:2"
    assert problems(text) == [f"{place} {told}"]


def test_what_cannot_be_switched_off_is_told(problems: Told) -> None:
    """A role has no such column."""
    assert problems('[role.a]\nlifecycle = { on_remove = "deactivate" }') == [
        "SNC138 s.toml:2 A record of kind role cannot be switched off. Write 'delete' or 'keep'."
    ]


def test_ignored_attributes_are_loaded(only: Only) -> None:
    """What is ignored after creation is part of the resource."""
    assert only('[user.a]\nlifecycle = { ignore = ["email", "roles"] }').ignore == {"email", "roles"}


def test_records_ignore_any_column(only: Only) -> None:
    """The columns of a record are its own, so any may be named."""
    text = '[record.a]\ntable = "sys_alias"\nkey = ["name"]\nlifecycle = { ignore = ["type"] }'
    assert only(text).ignore == {"type"}


def test_what_may_become_of_a_record_is_loaded(only: Only) -> None:
    """All three are part of the resource."""
    text = '[user.a]\nlifecycle = { prevent_delete = true, on_remove = "keep", previously = "b" }'
    found = only(text)
    assert (found.prevent_delete, found.on_remove, found.previously) == (True, Removal.KEEP, "b")


def test_a_block_that_says_nothing_leaves_it_to_its_kind(only: Only) -> None:
    """Nothing is prevented, and the label was always this one."""
    found = only("[user.a]")
    assert (found.prevent_delete, found.on_remove, found.previously) == (False, None, "")


def test_an_overlay_changes_what_it_says_and_no_more(load_files: Load) -> None:
    """Protected on one instance, and what is ignored is ignored there too."""
    text = (
        '[user.a]\nlifecycle = { ignore = ["email"], on_remove = "keep" }\n'
        "[on.sandbox.user.a]\nlifecycle = { prevent_delete = true }\n"
    )
    loaded = load_files({"base.toml": BASE, "s.toml": text})
    assert loaded.desired is not None
    (found,) = loaded.desired.resources
    expected = (frozenset({"email"}), Removal.KEEP, True)
    assert (found.ignore, found.on_remove, found.prevent_delete) == expected


def test_a_label_that_is_still_there_is_no_earlier_one(problems: Told) -> None:
    """Two blocks cannot be one record."""
    text = '[user.a]\n[user.b]\nlifecycle = { previously = "a" }'
    assert problems(text) == [
        (
            "SNC143 s.toml:2 The stack still has a block user.a (s.toml:1), so that record is not this block's. Take out the "
            "block or 'previously'."
        )
    ]


def test_a_label_of_another_kind_may_be_there(problems: Told) -> None:
    """Addresses are told apart by both parts."""
    assert problems('[role.a]\n[user.b]\nlifecycle = { previously = "a" }') == []


def test_one_block_alone_comes_from_a_label(problems: Told) -> None:
    """The second is told of the first."""
    text = '[user.b]\nlifecycle = { previously = "a" }\n[user.c]\nlifecycle = { previously = "a" }'
    assert problems(text) == ["SNC143 s.toml:3 user.b (s.toml:1) was previously user.a too. Take one out."]


def test_the_mistakes_of_all_blocks_are_told(load_files: Load) -> None:
    """In the order of lines."""
    text = "[user.a]\nlifecycle = 1\n[user.b]\nlifecycle = { previously = 2 }\n"
    loaded = load_files({"base.toml": BASE, "s.toml": text})
    assert [tell(each).split()[1] for each in loaded.diagnostics] == ["s.toml:2", "s.toml:4"]

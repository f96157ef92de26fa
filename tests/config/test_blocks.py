"""Which blocks a stack holds: its name, kinds, labels, addresses."""

import pytest

from snowconf import kinds
from tests.config.stacks import BASE, Load, Told, tell

NAME_RULE = "It is made of lower case letters, digits, '-' and '_', begins with a letter, and has at most 40 characters."
KINDS = ", ".join(f"'{each}'" for each in kinds.KINDS if each != "record") + " and 'record'"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "",
            'SNC110 - No file of this folder says what the stack is called. Write [stack] and below it name = "…".',
        ),
        ("[stack]", 'SNC110 s.toml:1 The stack has no name. Write name = "…" below [stack].'),
        ("stack = 5", 'SNC110 s.toml:1 The stack has no name. Write name = "…" below [stack].'),
        ('[stack]\nname = "My Stack"', f"SNC112 s.toml:2 {NAME_RULE} Did you mean 'my-stack'?"),
        ("[stack]\nname = 5", f"SNC112 s.toml:2 {NAME_RULE}"),
        (f'[stack]\nname = "{"a" * 41}"', f"SNC112 s.toml:2 {NAME_RULE}"),
        (
            '[stack]\nname = "a"\nowner = 1',
            "SNC113 s.toml:3 [stack] has no setting 'owner'. There are 'name', 'ledger' and 'limits'.",
        ),
    ],
)
def test_a_stack_has_a_usable_name_and_nothing_else(load_files: Load, text: str, told: str) -> None:
    """What is wrong with [stack] is told where it stands."""
    instance = '[instance.sandbox]\nurl = "sandbox:"'
    found = load_files({"base.toml": instance, "s.toml": text}).diagnostics
    assert [tell(each) for each in found] == [told]


def test_a_stack_is_named_once(problems: Told) -> None:
    """A second [stack] names the place of the first."""
    assert problems('[stack]\nname = "again"') == [
        "SNC111 s.toml:1 [stack] stands in base.toml:1 already. One folder is one stack; keep one of the two."
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[usr.svc]", "SNC120 s.toml:1 There is no kind 'usr'. Did you mean 'user'?"),
        ("[instnce.dev]", "SNC120 s.toml:1 There is no kind 'instnce'. Did you mean 'instance'?"),
        ("[widget.x]", f"SNC120 s.toml:1 There is no kind 'widget'. There are {KINDS}."),
        ("[on.sandbox.usr.x]", "SNC120 s.toml:1 There is no kind 'usr'. Did you mean 'user'?"),
    ],
)
def test_a_kind_that_there_is_not_is_guessed(problems: Told, text: str, told: str) -> None:
    """An unknown kind gets a guess, or the list of kinds."""
    assert problems(text) == [told]


@pytest.mark.parametrize(
    ("text", "line", "kind"),
    [("user = 5", 1, "user"), ("[user]\nactive = true", 2, "user"), ("[[role]]", 1, "role")],
)
def test_a_block_needs_a_label(problems: Told, text: str, line: int, kind: str) -> None:
    """A value where a block is due says how a block is written."""
    assert problems(text) == [
        f"SNC121 s.toml:{line} A block needs a label of its own: write [{kind}.some_label], and the attributes below it."
    ]


@pytest.mark.parametrize(
    ("text", "line", "what"), [("on = 5", 1, "on"), ("[on]\nprod = 5", 2, "on.prod")], ids=["on", "on.prod"]
)
def test_an_overlay_needs_instance_kind_and_label(problems: Told, text: str, line: int, what: str) -> None:
    """A value where an overlay is due says how an overlay is written."""
    assert problems(text) == [
        (
            f"SNC121 s.toml:{line} '{what}' must be a block such as [on.prod.user.svc_finout], with what differs there "
            "below it."
        )
    ]


@pytest.mark.parametrize(
    ("label", "shown"), [("", ""), (" x", " x"), ("x ", "x "), (r"a\u001b[2J", r"a\x1b[2J")]
)
def test_a_label_can_be_shown_in_a_line(problems: Told, label: str, shown: str) -> None:
    """Empty labels, blanks at the ends and control characters are refused, and shown harmlessly."""
    assert problems(f'[user."{label}"]') == [
        (
            f"SNC123 s.toml:1 The label '{shown}' is empty, begins or ends with a blank, or holds control characters. Choose "
            "another label."
        )
    ]


def test_a_label_is_free_text_otherwise(problems: Told) -> None:
    """Dots, blanks inside and letters of any script are welcome."""
    assert problems('[property."glide.ui.Größe 2"]\nvalue = 1') == []


def test_an_address_stands_once_over_all_files(load_files: Load) -> None:
    """The same address in a second file names the place of the first."""
    found = load_files({"base.toml": BASE, "a.toml": "[role.x]", "b.toml": "\n[role.x]"}).diagnostics
    assert [tell(each) for each in found] == [
        "SNC122 b.toml:2 role.x stands in a.toml:1 already. Rename or remove one of the two."
    ]


def test_an_overlay_stands_once_over_all_files(load_files: Load) -> None:
    """The same overlay in a second file names the place of the first."""
    overlay = "[on.sandbox.role.x]"
    found = load_files({"base.toml": BASE, "a.toml": f"[role.x]\n{overlay}", "b.toml": overlay}).diagnostics
    assert [tell(each) for each in found] == [
        "SNC122 b.toml:1 [on.sandbox.role.x] stands in a.toml:2 already. Put both into one block."
    ]


def test_resources_come_in_address_order(load_files: Load) -> None:
    """The order of files and blocks does not matter to what is loaded."""
    loaded = load_files({"base.toml": BASE, "a.toml": "[role.b]\n[group.z]", "b.toml": "[role.a]"})
    assert loaded.desired is not None
    assert [str(each.address) for each in loaded.desired.resources] == ["group.z", "role.a", "role.b"]

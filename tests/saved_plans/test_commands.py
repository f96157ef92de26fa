"""Saved plans, checksums and bounds on the command line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


def edit(stack: Path, before: str, after: str) -> None:
    """Change the stack's file."""
    path = stack / "small.toml"
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def other_stack(stack: Path, blocks: str) -> str:
    """Somebody else's stack on the same instance, with a ledger of its own; the option that names its folder."""
    other = stack.parent / "other"
    other.mkdir(exist_ok=True)
    (other / "other.toml").write_text(
        f'[stack]\nname = "other"\nledger = "file:other.json"\n[instance.sandbox]\n'
        f'url = "sandbox:../small/.snowconf/sandbox.db"\n{blocks}',
        encoding="utf-8",
    )
    return str(other)


@pytest.fixture
def planned(stack: Path, run: Run) -> Path:
    """The stack with a plan in a file."""
    ended = run("plan", "--out", "plan.json")
    assert (ended.code, "snowconf apply plan.json" in ended.out) == (0, True)
    return stack


@pytest.mark.usefixtures("planned")
def test_a_saved_plan_is_applied_without_a_question(run: Run) -> None:
    """It was reviewed; the report is that of every apply, and nothing is left to do."""
    ended = run("apply", "plan.json")
    assert (ended.code, "Applied: 3 done" in ended.out) == (0, True)
    assert "No changes." in run("plan").out


@pytest.mark.usefixtures("planned")
def test_a_saved_plan_is_applied_once(run: Run) -> None:
    """Afterwards the ledger says something else of its records."""
    run("apply", "plan.json")
    ended = run("apply", "plan.json")
    assert (ended.code, "[SNC255]" in ended.err) == (4, True)


def test_a_tampered_plan_ends_with_4(planned: Path, run: Run) -> None:
    """One word of the file is another, and nothing was changed."""
    path = planned / "plan.json"
    path.write_text(path.read_text("utf-8").replace("Reads", "Writes"), encoding="utf-8")
    ended = run("apply", "plan.json")
    assert (ended.code, "[SNC251]" in ended.err) == (4, True)
    assert "3 to create" in run("plan").out


def test_a_plan_of_other_files_ends_with_4(planned: Path, run: Run) -> None:
    """A comment does not matter; another value does."""
    edit(planned, "[role.reader]", "# a comment\n\n[role.reader]")
    edit(planned, '"Reads"', '"Reads a lot"')
    ended = run("apply", "plan.json")
    assert (ended.code, "[SNC254]" in ended.err) == (4, True)


def test_a_comment_leaves_a_plan_as_good_as_it_was(planned: Path, run: Run) -> None:
    """What files mean counts, and not where it stands."""
    edit(planned, "[role.reader]", "# a comment\n\n[role.reader]")
    assert run("apply", "plan.json").code == 0


def test_a_plan_of_another_stack_ends_with_4(planned: Path, run: Run) -> None:
    """However alike the instances are."""
    other = other_stack(planned, '[role.reader]\ndescription = "Reads"\n')
    ended = run("apply", "--directory", other, str(planned / "plan.json"))
    assert (ended.code, "[SNC253]" in ended.err) == (4, True)


def test_a_stale_record_ends_with_4_and_the_rest_is_done(stack: Path, run: Run) -> None:
    """Somebody edits one of two records; who and when stands in the report."""
    run("apply", "--auto-approve")
    edit(stack, '"Small"', '"Smaller"')
    edit(stack, '"Reads"', '"Reads more"')
    run("plan", "--out", "plan.json")
    other = other_stack(stack, '[user.svc_small]\nlast_name = "Edited"\n')
    assert run("apply", "--directory", other, "--auto-approve").code == 0
    ended = run("apply", "plan.json", "--json")
    document = json.loads(ended.out)
    assert ended.code == 4
    assert {each["address"]: each["status"] for each in document["outcomes"]} == {
        "role.reader": "done", "user.svc_small": "not attempted",
    }  # fmt: skip
    problem = next(each["problem"] for each in document["outcomes"] if each["problem"])
    assert (problem["code"], "(admin, 20" in problem["detail"]) == ("SNC257", True)


@pytest.mark.parametrize("option", [("--target", "role.reader"), ("--checksum", "x")])
@pytest.mark.usefixtures("planned")
def test_a_saved_plan_takes_no_other_wish(run: Run, option: tuple[str, str]) -> None:
    """It says itself what is to be done."""
    ended = run("apply", "plan.json", *option)
    assert (ended.code, "[SNC001]" in ended.err) == (1, True)


def test_a_plan_with_errors_is_not_saved(stack: Path, run: Run) -> None:
    """Nobody could ever apply it."""
    edit(stack, 'roles = ["reader"]', 'roles = ["no_such_role"]')
    ended = run("plan", "--out", "plan.json")
    assert (ended.code, "[SNC259]" in ended.err, (stack / "plan.json").exists()) == (1, True, False)


def test_a_saved_plan_with_nothing_to_do_says_so(stack: Path, run: Run) -> None:
    """Saving and applying it are no errors."""
    run("apply", "--auto-approve")
    run("plan", "--out", "plan.json")
    ended = run("apply", "plan.json")
    assert (ended.code, "No changes." in ended.out) == (0, True)
    assert (stack / "plan.json").exists()


def test_a_plan_that_cannot_be_kept_is_an_error(stack: Path, run: Run) -> None:
    """A file stands where its folder should be."""
    (stack / "file").write_text("")
    ended = run("plan", "--out", "file/plan.json")
    assert (ended.code, "[SNC008]" in ended.err) == (1, True)


@pytest.mark.usefixtures("stack")
def test_a_checksum_carries_a_review_from_one_step_to_the_next(run: Run) -> None:
    """Printed by plan, demanded by apply: the same plan goes on, any other ends with 4."""
    printed = run("plan", "--checksum").out.splitlines()[-1].removeprefix("Checksum: ")
    document = json.loads(run("plan", "--checksum", "--json").out)
    wrong = run("apply", "--auto-approve", "--checksum", "sha256:0")
    right = run("apply", "--auto-approve", "--checksum", printed)
    assert document["checksum"] == printed
    assert (wrong.code, "[SNC256]" in wrong.err, right.code) == (4, True, 0)


def test_rewritten_secrets_are_part_of_a_saved_plan(stack: Path, run: Run) -> None:
    """What was asked for when it was made is done when it is applied."""
    run("apply", "--auto-approve")
    run("plan", "--out", "plan.json", "--rewrite-secrets", "user.svc_small")
    ended = run("apply", "plan.json")
    assert (ended.code, "Applied: 1 done" in ended.out) == (0, True)
    assert (stack / "plan.json").read_text("utf-8").count("canary") == 0


@pytest.mark.usefixtures("stack")
def test_a_plan_that_needs_too_many_requests_is_not_begun(run: Run) -> None:
    """The numbers are in the message, and nothing was written."""
    ended = run("apply", "--auto-approve", "--max-requests", "12")
    assert (ended.code, "[SNC268]" in ended.err) == (1, True)
    assert "--max-requests allows 12" in ended.err
    assert "3 to create" in run("plan").out


@pytest.mark.usefixtures("stack")
def test_enough_requests_are_enough(run: Run) -> None:
    """A bound that holds is not noticed."""
    assert run("apply", "--auto-approve", "--max-requests", "60").code == 0


@pytest.mark.parametrize("saved", [True, False])
@pytest.mark.usefixtures("planned")
def test_a_whole_apply_stays_within_its_requests(run: Run, *, saved: bool) -> None:
    """Five writes to four tables, each read before and after, and eight for lock and ledger."""
    ended = run("apply", "--json", *(["plan.json"] if saved else ["--auto-approve"]))
    document = json.loads(ended.out)
    assert (ended.code, sum(document["requests"].values()) <= 5 + 2 * 4 + 8) == (0, True), document[
        "requests"
    ]


@pytest.mark.usefixtures("stack")
def test_a_record_that_left_the_files_can_be_a_target(run: Run, stack: Path) -> None:
    """One of two removals, by its address; the other waits for another day."""
    run("apply", "--auto-approve")
    text = (stack / "small.toml").read_text("utf-8")
    kept = text[: text.index("[role.reader]")] + '[user.svc_small]\nfirst_name = "Small"\n'
    (stack / "small.toml").write_text(kept, encoding="utf-8")
    ended = run("plan", "--target", "property.acme.small.enabled")
    assert "1 to delete" in ended.out
    assert "role.reader" not in ended.out


class Thinking:
    """A person who says yes after somebody else has worked."""

    def __init__(self, meanwhile: Callable[[], Any]) -> None:
        self._meanwhile = meanwhile

    def isatty(self) -> bool:
        """A person sits there."""
        return True

    def readline(self) -> str:
        """It took a while."""
        self._meanwhile()
        return "yes\n"


def test_whoever_is_asked_confirms_what_was_shown(stack: Path, run: Run, at_terminal: Run) -> None:
    """A record that somebody edits while the question stands is refused, as with a saved plan."""
    run("apply", "--auto-approve")
    edit(stack, '"Small"', '"Smaller"')
    edit(stack, '"Reads"', '"Reads more"')
    other = other_stack(stack, '[user.svc_small]\nlast_name = "Edited"\n')

    def somebody() -> None:
        run("apply", "--directory", other, "--auto-approve")

    ended = at_terminal("apply", answer=Thinking(somebody))
    assert ended.code == 4
    assert "1 done, 0 failed, 1 not attempted" in ended.out

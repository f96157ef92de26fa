"""`snowconf sandbox import-update-set`: what a person is told, and what stops it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.driving.serving import served_sandbox

Run = Callable[..., Any]


@pytest.fixture
def exported(stack: Path, run: Run) -> Path:
    """A file with the stack's update set; the sandbox is fresh."""
    assert run("export", "--update-set", "box.xml").code == 0
    return stack / "box.xml"


@pytest.mark.usefixtures("exported")
def test_it_is_loaded_previewed_and_committed(run: Run) -> None:
    """Two lines for people."""
    ended = run("sandbox", "import-update-set", "box.xml")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == (
        'Loaded "snowconf box" with 5 updates; the preview found 0 problems.\n'
        "Committed: 5 inserted, 0 updated, 0 deleted.\n"
    )


@pytest.mark.usefixtures("exported")
def test_machines_get_a_document(run: Run) -> None:
    """With the counts."""
    document = json.loads(run("sandbox", "import-update-set", "box.xml", "--json").out)
    assert (document["committed"], document["inserted"], document["problems"]) == (True, 5, [])


@pytest.mark.usefixtures("exported")
def test_a_second_import_changes_nothing(run: Run) -> None:
    """Everything is held already."""
    run("sandbox", "import-update-set", "box.xml")
    ended = run("sandbox", "import-update-set", "box.xml")
    assert (ended.code, "preview found 0 problems" in ended.out) == (0, True)


@pytest.mark.usefixtures("exported")
def test_a_preview_alone_commits_nothing(run: Run) -> None:
    """It is asked for."""
    ended = run("sandbox", "import-update-set", "box.xml", "--preview-only")
    assert (ended.code, "Committed" in ended.out) == (0, False)
    assert "6 to create" in run("plan").out


def test_problems_stop_it_and_force_does_not_mind(exported: Path, run: Run) -> None:
    """A rule for a role that is nowhere: named, nothing committed, until it is forced."""
    text = exported.read_text("utf-8")
    start = text.index('<record_update table="sys_user_role">')
    role = text[start : text.index("</record_update>", start)]
    exported.write_text(text.replace(role, '<record_update table="sys_user_role">'), encoding="utf-8")
    ended = run("sandbox", "import-update-set", "box.xml")
    assert (ended.code, "[SNC603]" in ended.err, "1 problem." in ended.out) == (1, True, True)
    assert "Could not find a record in sys_user_role" in ended.out
    assert run("sandbox", "import-update-set", "box.xml", "--force").code == 0


def test_a_refused_update_ends_with_1(exported: Path, run: Run) -> None:
    """The rest is committed, and the one that was refused is named."""
    (exported.parent / "role.toml").write_text('[[sys_user_role]]\nname = "reader"\n', encoding="utf-8")
    run("sandbox", "seed", "role.toml", "--db", ".snowconf/sandbox.db")
    ended = run("sandbox", "import-update-set", "box.xml")
    assert (ended.code, "; not all was taken." in ended.out) == (1, True)
    assert "Error during insert of sys_user_role (reader)" in ended.out


@pytest.mark.parametrize("content", ["", "[stack]", "<unload/>"])
def test_another_file_is_refused(exported: Path, run: Run, content: str) -> None:
    """And nothing of it is written."""
    exported.write_text(content, encoding="utf-8")
    ended = run("sandbox", "import-update-set", "box.xml")
    assert (ended.code, "[SNC603]" in ended.err) == (1, True)


@pytest.mark.usefixtures("exported")
def test_a_file_or_a_sandbox_that_is_missing_is_said(run: Run) -> None:
    """Each by its own name."""
    assert "no.xml" in run("sandbox", "import-update-set", "no.xml").err
    assert "[SNC010]" in run("sandbox", "import-update-set", "box.xml", "--db", "none.db").err


# -- a sandbox that is served


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """The address of one whose admin has a password of his own."""
    with served_sandbox(tmp_path, "--admin-password-env", "BOX_ADMIN", env={"BOX_ADMIN": "Box-1!"}) as url:
        yield url


@pytest.mark.usefixtures("exported")
def test_a_sandbox_that_is_served_takes_a_set_too(
    served: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By upload, preview and commit over HTTP; the same lines come out."""
    monkeypatch.setenv("BOX_ADMIN", "Box-1!")
    way = ("sandbox", "import-update-set", "box.xml", "--url", served, "--admin-password-env", "BOX_ADMIN")
    looked = run(*way, "--preview-only")
    assert (looked.code, "Committed" in looked.out) == (0, False)
    ended = run(*way)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == (
        'Loaded "snowconf box" with 5 updates; the preview found 0 problems.\n'
        "Committed: 5 inserted, 0 updated, 0 deleted.\n"
    )


def test_problems_and_refusals_of_a_served_sandbox_are_told(
    exported: Path, served: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The update is named that a problem is about; a commit that was not taken whole ends with 1."""
    monkeypatch.setenv("BOX_ADMIN", "Box-1!")
    way = ("sandbox", "import-update-set", "box.xml", "--url", served, "--admin-password-env", "BOX_ADMIN")
    text = exported.read_text("utf-8")
    exported.write_text(text.replace('table="sys_user_role"><sys_user_role ', 'table="x_acme"><x_acme ').replace(
        "</sys_user_role></record_update>", "</x_acme></record_update>"
    ), encoding="utf-8")  # fmt: skip
    ended = run(*way)
    assert (ended.code, "[SNC603]" in ended.err, "x_acme" in ended.out) == (1, True, True)
    assert "sys_user_role_" in ended.out
    forced = run(*way, "--force")
    assert (forced.code, "1 updates were not committed" in forced.out) == (1, True)


@pytest.mark.usefixtures("exported")
def test_another_file_or_another_password_is_refused_over_http(
    served: str, run: Run, stack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message says which sandbox it was about."""
    way = ("sandbox", "import-update-set", "box.toml", "--url", served)
    assert (run(*way).code, served in " ".join(run(*way).err.split())) == (1, True)
    monkeypatch.setenv("BOX_ADMIN", "Box-1!")
    ended = run(*way, "--admin-password-env", "BOX_ADMIN")
    assert (ended.code, "box.toml" in ended.err, "Box-1!" in ended.err) == (1, True, False)
    assert "[SNC006]" in run(*way, "--admin-password-env", "NO_SUCH").err
    assert "[SNC001]" in run(*way, "--db", str(stack / "x.db")).err

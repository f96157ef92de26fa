"""A wait of a minute is not silent."""

from pathlib import Path

import pytest

from tests.driving.stage import Stage, Time, sandbox_like

STACK = '[stack]\nname = "w"\n[instance.sandbox]\nurl = "sandbox:"\ndefault = true\n[role.waited_for]\n'


@pytest.mark.parametrize("table", ["sys_user_role", "sys_properties"])
def test_a_creation_without_an_answer_says_what_is_waited_for(tmp_path: Path, table: str) -> None:
    """The connection broke after the request was sent, and the instance may still be at work on it; also on the lock."""
    (tmp_path / "w.toml").write_text(STACK, encoding="utf-8")
    now = Time()
    stage = Stage(folder=tmp_path, sandbox=sandbox_like(None, now), time=now, trusted="admin")
    broken: list[str] = []

    def once(verb: str, url: str) -> str:
        if verb == "POST" and f"/table/{table}?" in f"{url}?" and not broken:
            broken.append(url)
            return "timeout-before!"
        return ""

    stage.spoil = once
    assert stage.apply() == 0, stage.said
    said = " ".join(stage.said.split())
    assert len(broken) == 1
    assert f"Waiting 65 s: {table} " in said
    assert "it is looked for again" in said

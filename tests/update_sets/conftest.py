"""Commands in this process, on a stack of configuration and data whose access controls need elevation."""

from pathlib import Path

import pytest

from tests.cli.conftest import _plain_environment, run

__all__ = ["_plain_environment", "run"]

STACK = """\
[stack]
name = "box"

[instance.sandbox]
url = "sandbox:"

[role.reader]
description = "Reads <everything> & more"

[acl.read_columns]
name = "sys_dictionary.*"
operation = "read"
roles = ["reader"]

[oauth_app.box]
name = "Box"
client_type = "integration_as_a_service"
client_secret = { env = "BOX_SECRET" }

[property."acme.box.limit"]
value = "10"

[property."acme.box.private"]
value = "here"
is_private = true

[user.svc_box]
first_name = "Box"
roles = ["reader"]
"""
SECRET = "canary-s3cret-value"


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The stack, in the working directory."""
    folder = tmp_path / "box"
    folder.mkdir()
    (folder / "box.toml").write_text(STACK, encoding="utf-8")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("BOX_SECRET", SECRET)
    return folder

"""A stack of fifteen records of many kinds in two versions, and the runner that applies it with tokens."""

import json
from pathlib import Path

from snowconf.sandbox.instance import Sandbox

GATE = "glide.oauth.inbound.client.credential.grant_type.enabled"
ENVIRONMENT = {
    "STORM_PASSWORD": "correct-horse-battery",
    "STORM_SECRET": "staple-of-the-client",
    "STORM_RUNNER": "made-up-runner-secret",
}
HEAD = """
[stack]
name = "{name}"
limits = {{ update = 1.0, delete = 1.0 }}

[instance.sandbox]
url = "sandbox:"
default = true
switches = {{ elevation = "off" }}
auth = {{ grant = "client_credentials", client_id = "storm-runner", client_secret = {{ env = "STORM_RUNNER" }} }}
"""
BEFORE = """
[role.s_reader]
description = "reads"
[role.s_writer]
description = "writes"
contains = ["s_reader"]
[role.s_leaving]
description = "goes"
[group.s_group]
roles = ["s_reader"]
[user.s_robot]
identity = "machine"
password = { env = "STORM_PASSWORD" }
roles = ["s_writer", "s_leaving"]
groups = ["s_group"]
[user.s_second]
first_name = "Second"
roles = ["s_reader"]
[oauth_app.s_app]
client_secret = { env = "STORM_SECRET" }
redirect_url = ""
user = "s_robot"
[acl.s_acl]
name = "incident"
operation = "read"
roles = ["s_reader"]
description = "storm"
[property."s.one"]
value = 1
type = "integer"
[property."s.two"]
value = "two"
[property."s.leaving"]
value = "goes"
[scheduled_import.s_import]
run_as = "s_robot"
run_type = "daily"
run_time = "02:30"
active = true
[record.s_category]
table = "sys_properties_category"
key = ["name"]
columns = { name = "s category", title = "Storm" }
[record.s_leaving]
table = "sys_properties_category"
key = ["name"]
columns = { name = "s leaving", title = "Goes" }
"""


def after() -> str:
    """The second version: columns and members changed, four records gone, three come."""
    blocks = ["\n[" + each for each in BEFORE.split("\n[") if each.strip()]
    kept = "".join(each for each in blocks if "leaving]" not in each and '"s.leaving"]' not in each)
    edited = (
        kept.replace('"s_writer", "s_leaving"', '"s_writer", "s_new"')
        .replace('"reads"', '"reads much"')
        .replace("value = 1\n", "value = 2\n")
        .replace('"Second"', '"Other"')
        .replace('"Storm"', '"Stormy"')
        .replace("02:30", "03:45")
    )
    more = '\n[role.s_new]\ndescription = "comes"\n[property."s.three"]\nvalue = "three"\n[user.s_third]\ngroups = ["s_group"]\n'
    return edited + more


def write(folder: Path, blocks: str, name: str = "storm") -> None:
    """Lay a version into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "storm.toml").write_text(HEAD.format(name=name) + blocks, encoding="utf-8")


def let_in(sandbox: Sandbox) -> None:
    """Make the OAuth client that the runner is, acting as admin, and open the gate for its grant."""
    admin = sandbox.store.find("sys_user", user_name="admin")[0]["sys_id"]
    client = {"name": "Storm runner", "client_id": "storm-runner", "type": "client", "user": admin}
    post(sandbox, "oauth_entity", **client, client_secret=ENVIRONMENT["STORM_RUNNER"])
    post(sandbox, "sys_properties", name=GATE, type="boolean", value="true")


def post(sandbox: Sandbox, table: str, **columns: str) -> None:
    """A record made by admin."""
    url = f"http://sandbox.localhost/api/now/table/{table}"
    headers = (("Content-Type", "application/json"), ("Accept", "application/json"))
    status, _, body = sandbox.exchange("admin")("POST", url, headers, json.dumps(columns).encode())
    assert status == 201, body

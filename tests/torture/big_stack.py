"""A stack of more than sixty records of every kind, for being killed in the middle of."""

from pathlib import Path

HEAD = """
[stack]
name = "torture"

[instance.sandbox]
url = "sandbox:"
default = true
switches = { elevation = "off" }
"""

ENVIRONMENT = {"TORTURE_PASSWORD": "correct-horse-battery", "TORTURE_SECRET": "staple-of-the-client"}


def write_stack(folder: Path) -> None:
    """Lay the stack into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    blocks = [
        HEAD,
        *_roles(),
        *_groups(),
        *_users(),
        *_apps(),
        *_acls(),
        *_properties(),
        *_imports(),
        *_records(),
    ]
    (folder / "torture.toml").write_text("\n".join(blocks), encoding="utf-8")


def _roles() -> list[str]:
    plain = [f'[role.t_role_{number}]\ndescription = "role {number}"' for number in range(8)]
    return [*plain, '[role.t_all]\ndescription = "contains"\ncontains = ["t_role_0", "t_role_1"]']


def _groups() -> list[str]:
    return [f'[group.t_group_{number}]\nroles = ["t_role_{number}"]\nactive = true' for number in range(5)]


def _users() -> list[str]:
    return [
        f'[user.t_user_{number}]\nidentity = "machine"\npassword = {{ env = "TORTURE_PASSWORD" }}\n'
        f'roles = ["t_role_{number % 8}", "rest_api_explorer"]\ngroups = ["t_group_{number % 5}"]'
        for number in range(12)
    ]


def _apps() -> list[str]:
    return [
        f'[oauth_app.t_app_{number}]\nclient_secret = {{ env = "TORTURE_SECRET" }}\nredirect_url = ""\n'
        f'user = "t_user_{number}"\naccess_token_lifespan = 900'
        for number in range(6)
    ]


def _acls() -> list[str]:
    return [
        f'[acl.t_acl_{number}]\nname = "incident"\noperation = "read"\nroles = ["t_role_{number % 8}"]\n'
        f'description = "torture {number}"'
        for number in range(10)
    ]


def _properties() -> list[str]:
    return [f'[property."t.property.{number}"]\nvalue = {number}\ntype = "integer"' for number in range(12)]


def _imports() -> list[str]:
    return [
        f'[scheduled_import.t_import_{number}]\nrun_as = "t_user_{number}"\nrun_type = "daily"\n'
        f'run_time = "02:3{number}"\nactive = true'
        for number in range(4)
    ]


def _records() -> list[str]:
    return [
        f'[record.t_category_{number}]\ntable = "sys_properties_category"\nkey = ["name"]\n'
        f'columns = {{ name = "t category {number}", title = "Torture {number}" }}'
        for number in range(5)
    ]

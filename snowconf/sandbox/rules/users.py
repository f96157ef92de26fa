"""Rules of users: computed names, coupled identity, and what keeps a user from being deleted."""

from snowconf.sandbox.rules.rule import DELETE, INSERT, Cascade, Event, Follow, Put, Refuse, Rule
from snowconf.sandbox.storage.store import Row

# tables.md 3.1: a machine never logs in with a browser; a person does.
ACCESS_ONLY = {"machine": "true", "human": "false", "ai_agent": "false"}
MID_ROLE = "mid_server"


def _compute_name(event: Event) -> Row:
    parts = (event.after[part] for part in ("first_name", "middle_name", "last_name"))
    return {"name": " ".join(part for part in parts if part)}


def _couple_identity(event: Event) -> Row:
    access_only = ACCESS_ONLY.get(event.after.get("identity_type", ""))
    return {"web_service_access_only": access_only} if access_only else {}


def _runs_a_job(event: Event) -> bool:
    """sysauto.run_as restricts the deletion of its user (tables.md 3.1)."""
    return bool(event.session.store.find("sysauto", run_as=event.before["sys_id"]))


def _mark_mid_user(event: Event) -> None:
    store = event.session.store
    role = store.get("sys_user_role", event.after["role"]) or {}
    if role.get("name") == MID_ROLE and store.get("sys_user", event.after["user"]):
        store.update("sys_user", event.after["user"], {"web_service_access_only": "true"})


RULES: tuple[Rule, ...] = (
    Put(name="Compute name", table="sys_user", values=_compute_name),
    Put(
        name="Couple identity type and web access",
        table="sys_user",
        columns=frozenset({"identity_type"}),
        values=_couple_identity,
    ),
    Refuse(name="Restrict delete of run as user", table="sys_user", on=DELETE, when=_runs_a_job),
    Follow(
        name="Web Service Access Only for MID Role",
        table="sys_user_has_role",
        on=INSERT,
        then=_mark_mid_user,
    ),
)

CASCADES: tuple[Cascade, ...] = (
    Cascade(parent="sys_user", table="sys_user_has_role", column="user"),
    Cascade(parent="sys_user", table="sys_user_grmember", column="user"),
    Cascade(parent="sys_user", table="oauth_credential", column="user"),
    Cascade(parent="sys_user", table="sys_user_preference", column="user"),
    Cascade(parent="task", table="sys_journal_field", column="element_id"),
    Cascade(parent="sys_user_group", table="sys_user_grmember", column="group"),
    Cascade(parent="sys_user_group", table="sys_group_has_role", column="group"),
    Cascade(parent="sys_user_role", table="sys_user_has_role", column="role"),
    Cascade(parent="sys_user_role", table="sys_group_has_role", column="role"),
    Cascade(parent="sys_user_role", table="sys_user_role_contains", column="role"),
    Cascade(parent="sys_user_role", table="sys_user_role_contains", column="contains"),
    Cascade(parent="sys_user_role", table="sys_security_acl_role", column="sys_user_role"),
)

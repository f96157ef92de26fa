"""Ten thousand access controls: few requests, few seconds."""

from time import perf_counter

from snowconf.engine.context import Context
from snowconf.engine.disclose.disclosing import Wanted, disclose
from snowconf.model.connection import InstanceSettings
from snowconf.model.origin import Origin
from snowconf.model.value import SecretSource, SecretText
from snowconf.report.page import Page
from snowconf.report.svg_access import draw_privileges
from snowconf.report.terminal_access import render_privileges
from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.switches import Switches
from snowconf.servicenow.in_process import InProcessTransport
from snowconf.servicenow.opening import open_instance
from tests.engine.pretend import PretendInstance, PretendKeeper
from tests.privileges.registry import Registry, answers_of, block

MANY = 10_000
TABLES = 2_000
# On a machine that does nothing else it takes less than one.
AT_MOST_S = 20


def crowded(registry: Registry) -> PretendInstance:
    """Five access controls for each of two thousand tables, and half of them ask for a role that joe has."""
    registry.user("joe", "itil", "asset")
    instance = registry.instance()
    for number in range(MANY):
        table, turn = divmod(number, MANY // TABLES)
        name = f"u_t{table}" if turn < 4 else f"u_t{table}.*"
        operation = ("read", "create", "write", "delete", "read")[turn]
        columns = {
            "script": "",
            "condition": "",
            "advanced": "false",
            "security_attribute": "",
            "applies_to": "",
        }
        sys_id = instance.put(
            "sys_security_acl",
            f"{number:032x}",
            name=name,
            operation=operation,
            type="record",
            active="true",
            admin_overrides="true",
            decision_type="allow",
            **columns,
        )
        role = "itil" if table % 2 else "nobody"
        instance.put("sys_security_acl_role", f"{number:031x}r", sys_security_acl=sys_id, sys_user_role=role)
    return instance


def test_ten_thousand_access_controls_are_weighed_in_seconds(registry: Registry) -> None:
    """Read, weighed, pared and drawn."""
    instance = crowded(registry)
    asked = block(access={"read": ("u_t1.*", "u_t3"), "write": ("u_t5",)}, no_access={"read": ("u_t2",)})
    context = Context(instance_name="dev", url="sandbox:", secrets=PretendKeeper(), parallelism=1)
    wanted = Wanted(user_name="joe", block=asked, sys_id="joe")
    begun = perf_counter()
    found = disclose(wanted, None, instance, context)
    lines, picture = render_privileges(found, Page()), draw_privileges(found)
    assert perf_counter() - begun < AT_MOST_S
    assert answers_of(found.expectations) == ["allowed", "allowed", "allowed", "denied"]
    assert (len(found.openings), found.controls) == (MANY // 2, MANY)
    assert (len(lines) < 60, len(picture) < 100_000) == (True, True)


def test_one_list_for_each_table_that_matters(registry: Registry) -> None:
    """However many roles, groups and access controls there are; no request writes."""
    instance = crowded(registry)
    for number in range(50):
        registry.group(f"g{number}", "itil", member="joe")
    registry.tell(instance=instance)
    assert dict(instance.requests) == {"GET": 12}


def no_secret(source: SecretSource) -> SecretText:
    """Nobody asks for one."""
    raise AssertionError(source)


def test_an_instance_is_asked_a_page_at_a_time() -> None:
    """A thousand rows a request, twelve tables, and nothing besides."""
    asked: list[str] = []
    sandbox = Sandbox(None, Switches(), observer=lambda request, _: asked.append(request.path))
    sandbox.survey()
    for number in range(MANY):
        row = {"name": f"u_t{number}", "operation": "read", "type": "record", "active": "true"}
        sandbox.store.insert("sys_security_acl", {"sys_id": f"{number:032x}", **row})
    settings = InstanceSettings(name="dev", url="sandbox:", origin=Origin("stack.toml", 1))
    context = Context(instance_name="dev", url="sandbox:", secrets=PretendKeeper())
    transport = InProcessTransport(sandbox.exchange("admin"))
    with open_instance(settings, no_secret, transport=transport) as instance:
        found = disclose(Wanted(user_name="admin"), None, instance, context)
    sandbox.close()
    assert found.controls > MANY
    assert (len(set(asked)), len(asked) <= 12 + MANY // 1_000 + 1) == (12, True), asked

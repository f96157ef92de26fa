"""Ten thousand access controls: few requests, few seconds."""

from time import perf_counter

from snowconf.engine.context import Context
from snowconf.engine.disclosing import Wanted, disclose
from snowconf.report.page import Page
from snowconf.report.svg_access import draw_privileges
from snowconf.report.terminal_access import render_privileges
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

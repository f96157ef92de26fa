"""Any text that XML can hold travels in an update set, in any column, and arrives as it left; the rest is refused."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from hypothesis import HealthCheck, given, settings, strategies as st

from snowconf.engine.travel.packing import pack
from snowconf.engine.travel.travelling import unspeakable_in
from snowconf.model.address import Address
from snowconf.model.origin import Origin
from snowconf.model.plan import Action, Change, MembersChange, Plan, Verb, Write
from snowconf.model.update_set import UpdateSet
from snowconf.model.value import RecordRef
from snowconf.report.update_set_xml import render_update_set
from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.switches import parse
from snowconf.sandbox.update_sets.committing import commit
from snowconf.sandbox.update_sets.documents import read_payload, read_unload
from snowconf.sandbox.update_sets.loading import load
from snowconf.sandbox.update_sets.previewing import preview
from tests.engine.pretend import PretendInstance

ROLE = "20e" + "0" * 29
# What breaks XML, CDATA, attributes and lines, among everything else that text can be.
TROUBLE = st.sampled_from(
    [
        "]]>",
        "<![CDATA[",
        "&amp;",
        "&#13;",
        "\r\n",
        "\r",
        "\t",
        "<!--",
        "]]",
        "\x07",
        "\ufffe",
        "\ud800",
        '"',
        "'",
    ]
)
ANYTHING = st.lists(st.one_of(st.text(max_size=5), TROUBLE), max_size=4).map("".join)
SPEAKABLE = ANYTHING.filter(lambda text: not unspeakable_in(text))
ORIGIN = Origin("stack.toml", 7)
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def packed(title: str = "x", /, **columns: str) -> UpdateSet:
    """The set of a plan that creates a role with these columns."""
    write = Write(verb=Verb.INSERT, table="sys_user_role", sys_id=ROLE, columns=columns)
    return pack(planned(write, name=columns.get("name", "reader")), PretendInstance(), title)


def planned(*writes: Write, name: str = "reader", members: tuple[MembersChange, ...] = ()) -> Plan:
    """A plan of one change with these writes."""
    change = Change(
        address=Address("role", "reader"),
        action=Action.CREATE,
        table="sys_user_role",
        sys_id=ROLE,
        origin=ORIGIN,
        name=name,
        writes=writes,
        members=members,
    )
    return Plan(stack="demo", instance="dev", url="https://acme.service-now.com", changes=(change,))


def carried(update_set: UpdateSet) -> dict[str, str]:
    """The columns of its one record, as somebody reads them who gets the file."""
    rows = read_unload(render_update_set(update_set).encode())
    (record,) = read_payload(rows[1].columns["payload"])
    return dict(record.columns)


@UNHURRIED
@given(name=SPEAKABLE, description=SPEAKABLE, title=SPEAKABLE)
def test_any_text_in_any_column_arrives_as_it_left(name: str, description: str, title: str) -> None:
    """In a column, in what the record is called, and in the name of the set."""
    update_set = packed(title, name=name, description=description)
    found = carried(update_set)
    assert (found["name"], found["description"]) == (name, description)
    head = read_unload(render_update_set(update_set).encode())[0]
    assert head.columns["name"] == (title or "snowconf demo")


@UNHURRIED
@given(text=ANYTHING)
def test_what_no_xml_can_hold_is_refused_where_it_stands(text: str) -> None:
    """Exactly that: an error with the block's line, or a file that can be read."""
    update_set = packed(name="reader", description=text)
    if unspeakable_in(text):
        assert [(each.code, each.origin) for each in update_set.diagnostics] == [("SNC602", ORIGIN)]
    else:
        assert update_set.diagnostics == ()
        assert carried(update_set)["description"] == text


@UNHURRIED
@given(name=ANYTHING)
def test_names_of_others_never_break_the_file(name: str) -> None:
    """What the instance calls a record that is referred to, or one that is deleted, is shown as far as XML can hold it."""
    ref = RecordRef("5" * 32, name)
    moved = MembersChange(attribute="roles", add=(ref,), remove=(), kept=(), origin=None)
    link = {"sys_security_acl": ROLE, "sys_user_role": "5" * 32}
    adding = Write(verb=Verb.INSERT, table="sys_security_acl_role", sys_id="6" * 32, columns=link)
    going = Write(verb=Verb.DELETE, table="sys_user_role", sys_id="7" * 32)
    instance = PretendInstance()
    instance.put("sys_user_role", "7" * 32, name=name)
    plan = planned(adding, going, members=(moved,))
    update_set = pack(plan, instance)
    assert update_set.diagnostics == ()
    assert len(read_unload(render_update_set(update_set).encode())) == 3


@UNHURRIED
@given(text=SPEAKABLE)
def test_the_same_plan_gives_the_same_bytes(text: str) -> None:
    """And other content another set."""
    once, again = (packed(name="reader", description=text) for _ in range(2))
    assert render_update_set(once) == render_update_set(again)
    assert packed(name="reader", description=f"{text}.").sys_id != once.sys_id


@contextmanager
def instance() -> Iterator[Sandbox]:
    """One instance for all examples of a law."""
    with closing(Sandbox(None, parse({"internal_errors": "raise"}))) as sandbox:
        yield sandbox


def test_a_commit_stores_what_a_direct_write_stores() -> None:
    """Text that fits the column is there, character by character, whatever it is."""
    with instance() as sandbox:

        @settings(UNHURRIED, max_examples=60)
        @given(text=SPEAKABLE)
        def law(text: str) -> None:
            data = render_update_set(packed(name="reader", description=text)).encode()
            with sandbox.act_as("admin") as acting:
                loaded = load(acting, data)
                preview(acting, loaded["sys_id"])
                done = commit(acting, loaded["sys_id"], force=True)
            assert done.failures == ()
            stored = sandbox.store.get("sys_user_role", ROLE)
            assert stored is not None
            assert stored["description"] == text

        law()

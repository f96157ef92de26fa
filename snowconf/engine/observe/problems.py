"""The sentences for what a plan finds wrong: one function per problem, so that each is always the same words."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from snowconf.engine.observe.asking import Managed
from snowconf.model.diagnostic import Diagnostic, Severity
from snowconf.model.origin import Origin
from snowconf.model.plan import Change
from snowconf.model.rotation import Rotation
from snowconf.model.value import Named

# What keeps REST from making a change, and no update set from carrying it.
NEEDS_ELEVATION = "SNC214"


def duplicate(managed: Managed, sys_ids: Sequence[str]) -> Diagnostic:
    """Two records answer to one natural key (design.md 5)."""
    name = _name_of(managed)
    return _error(
        managed,
        "SNC201",
        "Several records with one name",
        f"{managed.kind.table} holds {len(sys_ids)} records called '{name}': {', '.join(sys_ids)}. snowconf cannot know "
        "which one you mean and touches none. Rename or remove all but one on the instance.",
    )


def blind(managed: Managed) -> Diagnostic:
    """A record that may exist and may not be seen is never created (tables.md 12.3)."""
    return _error(
        managed,
        "SNC202",
        "Record may be hidden",
        f"'{_name_of(managed)}' was not among the rows of {managed.kind.table} that the instance showed, but the "
        "instance hides rows of that table from this user, so it may exist. Creating it could double it. Give the "
        "user of this [instance] block read access to the table, then plan again.",
    )


def blind_members(managed: Managed, attribute: str, table: str, origin: Origin) -> Diagnostic:
    """A set of members of which rows are hidden cannot be compared."""
    return _error(
        managed,
        "SNC203",
        "Members may be hidden",
        f"The instance hides rows of {table} from this user, so '{attribute}' cannot be compared with what is there. "
        "Give the user of this [instance] block read access to that table, then plan again.",
        origin,
    )


def other_case(managed: Managed, held: str) -> Diagnostic:
    """The platform's unique keys do not tell upper from lower case, and we do (tables.md 12.20)."""
    return _error(
        managed,
        "SNC204",
        "Name differs only in case",
        f"The stack says '{_name_of(managed)}' and the instance holds '{held}'. To the instance these are one name, so "
        f"a second record cannot be created. Did you mean '{held}'?",
    )


def other_class(managed: Managed, column: str, held: str) -> Diagnostic:
    """A record of another class has the name; classes are fixed at birth (tables.md 12.7)."""
    return _error(
        managed,
        "SNC205",
        "Record of another class",
        f"'{_name_of(managed)}' exists with {column} = '{held}', which is no {managed.kind.name}; what a record is "
        "cannot be changed after its creation. Choose another name, or remove that record on the instance first.",
    )


def reference_missing(managed: Managed, named: Named, origin: Origin, nearby: Iterable[str]) -> Diagnostic:
    """A name that is neither in the stack nor on the instance."""
    guess = get_close_matches(named.name, sorted(set(nearby)), n=1)
    what = named.target.kind or "record"
    hint = f" Did you mean '{guess[0]}'?" if guess else ""
    return _error(
        managed,
        "SNC206",
        "Reference to nothing",
        f"There is no {what} '{named.name}': neither a block of this stack nor a record of {named.target.table} on the "
        f"instance has that name.{hint}",
        origin,
    )


def reference_hidden(managed: Managed, named: Named, origin: Origin) -> Diagnostic:
    """A name that was not seen in a table of which rows are hidden; security_admin is always so (tables.md 1.4)."""
    return _error(
        managed,
        "SNC207",
        "Reference may be hidden",
        f"'{named.name}' was not seen in {named.target.table}, and the instance hides rows of that table from this "
        "user (the role security_admin is hidden even from admin). Give the user read access, or leave the name out.",
        origin,
    )


def reference_ambiguous(managed: Managed, named: Named, origin: Origin, sys_ids: Sequence[str]) -> Diagnostic:
    """Several records have the name that a reference uses."""
    return _error(
        managed,
        "SNC208",
        "Reference to several records",
        f"{named.target.table} holds {len(sys_ids)} records called '{named.name}': {', '.join(sys_ids)}. Rename all but "
        "one on the instance, so that the name says which is meant.",
        origin,
    )


def immutable(managed: Managed, attribute: str, held: str, origin: Origin) -> Diagnostic:
    """A column that the platform fixes at creation (tables.md 3.2, 4.1)."""
    return _error(
        managed,
        "SNC209",
        "Attribute cannot change",
        f"'{attribute}' is '{held}' on the instance and is fixed once a record exists. Write that value, or remove the "
        "record on the instance so that the next apply creates it anew.",
        origin,
    )


def column_lacking(managed: Managed, attribute: str, column: str, origin: Origin) -> Diagnostic:
    """A column that this release does not have: said, skipped, never guessed (tables.md 12.13)."""
    return _warning(
        managed,
        "SNC210",
        "Not on this release",
        f"{managed.kind.table} has no column '{column}' on this instance, so '{attribute}' is neither compared nor "
        "written here. It is used on instances whose release has the column.",
        origin,
    )


def key_lacking(managed: Managed, attribute: str, column: str, origin: Origin) -> Diagnostic:
    """A natural key in a column that the instance does not have: it would drop the condition (tables.md 12.1)."""
    return _error(
        managed,
        "SNC215",
        "Key column not on this instance",
        f"{managed.kind.table} has no column '{column}' on this instance, and '{attribute}' is what the record is known "
        "by. The instance would pass over the question and the value alike, so the record could be neither found nor "
        "told apart. Choose another key, or add the column there.",
        origin,
    )


def column_hidden(managed: Managed, attribute: str, column: str, origin: Origin) -> Diagnostic:
    """A column that exists and was not shown."""
    return _warning(
        managed,
        "SNC211",
        "Column not readable",
        f"The instance did not show {managed.kind.table}.{column} of this record, so '{attribute}' cannot be compared "
        "and is left alone. An access control on that column keeps this user from reading it.",
        origin,
    )


def secret_unknown(managed: Managed, attribute: str, origin: Origin) -> Diagnostic:
    """A secret of an existing record that was never written from here."""
    return _warning(
        managed,
        "SNC212",
        "Secret not compared",
        f"'{attribute}' cannot be read from the instance and was never written by this stack, so it is left as it "
        f"is. To write it: snowconf apply --rewrite-secrets {managed.address}",
        origin,
    )


def secret_unavailable(
    managed: Managed, attribute: str, source: str, origin: Origin, *, needed: bool
) -> Diagnostic:
    """A secret that is not where the stack says; an error only when an apply would have to send it."""
    then = "apply would have to write it and will refuse" if needed else "it was not compared"
    return _warning(
        managed,
        "SNC213",
        "Secret not available here",
        f"'{attribute}' comes from {source}, which cannot be read here, so {then}. That is fine for reviewing a plan; "
        "set it before you apply.",
        origin,
    )


def generated_lost(managed: Managed, attribute: str, place: str, origin: Origin) -> Diagnostic:
    """The instance has a generated secret that its store has no more."""
    return _warning(
        managed,
        "SNC584",
        "Generated secret is gone from its store",
        f"'{attribute}' was generated and written to the instance by an earlier run, and {place} has it no more, so it was not "
        "compared. Nothing new is generated, because that would lock out whoever uses the one that works. Bring it back to "
        f"{place}, or have another one made and written: snowconf apply --rewrite-secrets {managed.address}",
        origin,
    )


def rotation_under_way(managed: Managed, rotation: Rotation) -> Diagnostic:
    """A secret is being exchanged; where that is half done, a plan would undo or forget the half that is done."""
    since = f"The secret '{rotation.attribute}' is being exchanged since {rotation.since} UTC: {rotation.stage.value}."
    if rotation.stage.is_half_done and rotation.address != managed.address:
        why = (
            f"A run was cut short in the middle, when the block was called {rotation.address}. Give it that label back, finish "
            f"it with snowconf rotate {rotation.address}, and relabel it after that"
        )
        return _error(managed, "SNC588", "Rotation not finished", f"{since} {why}")
    if managed.leaving or rotation.stage.is_half_done:
        why = (
            "Its block has left the files meanwhile, and what the rotation made would be left behind. Put the block back and end "
            f"the rotation before you remove it: snowconf rotate {managed.address} --continue, or --abort"
            if managed.leaving
            else "A run was cut short in the middle, and an apply would write what is on its way out. Finish it first: "
            f"snowconf rotate {managed.address}"
        )
        return _error(managed, "SNC588", "Rotation not finished", f"{since} {why}")
    return _warning(
        managed,
        "SNC589",
        "Rotation under way",
        f"{since} What there is to do: snowconf rotate --status",
        managed.resource.origin,
    )


def not_remembered(change: Change, error: OSError) -> Diagnostic:
    """What must be remembered of a secret cannot be kept on this machine: the disk is full, or may not be written."""
    return Diagnostic(
        code="SNC216",
        summary="Secret cannot be remembered",
        detail=f"What is to be remembered of this record's secrets cannot be kept: the system says of {error.filename}: "
        f"{error.strerror}. Mend that, then apply again: what was not confirmed is then written once more.",
        origin=change.origin,
        address=change.address,
    )


def needs_elevation(managed: Managed) -> Diagnostic:
    """A write that REST cannot make on an instance as it ships (tables.md 4.4)."""
    return _error(
        managed,
        NEEDS_ELEVATION,
        "Needs an elevated security_admin",
        f"Rows of {managed.kind.table} and of the tables that belong to it may only be written in a session that was "
        "elevated to security_admin in a browser, and no REST call is one: the instance would refuse. Nothing was "
        "written. Ways out: apply the rest with --without-elevated, write this as an update set with 'snowconf export "
        "--update-set FILE', and let an elevated admin commit it; or, where REST may write these rows because "
        "security_admin is no elevated privilege on that instance, say so in its [instance] block with "
        'elevation = "off" (for the embedded sandbox: switches = { elevation = "off" }).',
    )


def owned_elsewhere(managed: Managed, stack: str) -> Diagnostic:
    """A record has one owner (design.md 8)."""
    return _error(
        managed,
        "SNC220",
        "Owned by another stack",
        f"'{_name_of(managed)}' is owned by the stack '{stack}', so this one does not touch it. Take the block out here, "
        f"or let that stack give it up: in its folder, snowconf ledger forget ADDRESS (snowconf ledger list names it).",
    )


def protected(managed: Managed) -> Diagnostic:
    """`prevent_delete` holds until an apply has taken it back, whether its block is still there or not."""
    return _error(
        managed,
        "SNC221",
        "Protected from deletion",
        f"'{managed.owned.name if managed.owned else managed.address}' was applied with prevent_delete, and this plan "
        "would delete it. To delete it all the same: put the block back without prevent_delete, apply, and then remove "
        "it. To let it go without deleting: snowconf ledger forget "
        f"{managed.address}",
    )


def _name_of(managed: Managed) -> str:
    key = managed.key_columns()
    return next(iter(key.values()), managed.own_id)


def _error(
    managed: Managed, code: str, summary: str, detail: str, origin: Origin | None = None
) -> Diagnostic:
    place = origin or managed.resource.origin
    return Diagnostic(code=code, summary=summary, detail=detail, origin=place, address=managed.address)


def _warning(managed: Managed, code: str, summary: str, detail: str, origin: Origin) -> Diagnostic:
    return Diagnostic(
        code=code,
        summary=summary,
        detail=detail,
        origin=origin,
        address=managed.address,
        severity=Severity.WARNING,
    )

"""JWT clients and the keys that verify their assertions: whether any is left (tables.md 2.2)."""

from collections.abc import Iterable, Iterator

from snowconf.kinds.findings import CLIENT_NAME_TAKEN, NO_VERIFIER
from snowconf.kinds.reading import value_of
from snowconf.kinds.stakes.case import Case, CrossCheck, Inquiry, Stake, isin
from snowconf.kinds.stakes.touching import is_deleted, is_switched_off, rewritten_secrets, updated, written
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.state import Resource
from snowconf.model.value import Named

TABLE = "jwt_verifier_map"
CLIENTS = "oauth_entity"
DECIDING = ("oauth_jwt", "kid", "sys_certificate")


def no_verifier(case: Case) -> Iterator[Diagnostic]:
    """Without a verifier no assertion can be verified, so the client gets no token."""
    if _is_left_alone(case) and TABLE not in case.evidence.untold and not _verifiers(case):
        label = case.resource.address.label
        yield NO_VERIFIER.at(
            case.resource,
            "name",
            "Nothing verifies the assertions of this client, so it gets no token. Write a verifier into the stack: "
            f'[jwt_verifier.{label}_key] with jwt_client = "{label}", kid, and certificate or shared_key.',
        )


def name_taken(case: Case) -> Iterator[Diagnostic]:
    """The name is unique over all classes, and a class is fixed at birth (tables.md 12.7)."""
    for row in case.evidence.find(CLIENTS, "name", *_new_names(case)):
        if row.get("sys_class_name", case.change.table) != case.change.table and not _goes(
            case, row["sys_id"]
        ):
            yield CLIENT_NAME_TAKEN.at(
                case.resource,
                "name",
                f"The instance has an OAuth client called '{row['name']}' already, of the class {row['sys_class_name']}, and "
                f"two of one name cannot be. This block is of the class {case.change.table}. Choose another name here, or "
                "rename or remove the other one.",
            )


def _new_names(case: Case) -> list[str]:
    return [each for each in (written(case.change).get("name", ""),) if each]


def ended(case: Case) -> Iterator[str]:
    """A client signs with the other half of this key, until somebody tells it about another."""
    if is_deleted(case.change):
        yield "Assertions that this key verifies are refused from then on."
    elif _is_another(case):
        yield "Assertions that the present key verifies are refused from then on, unless another verifier takes them."


def _is_another(case: Case) -> bool:
    return bool(rewritten_secrets(case.change)) or any(each in updated(case.change) for each in DECIDING)


def _is_left_alone(case: Case) -> bool:
    """Does the client go on or begin, without a block that verifies for it?"""
    ends = is_deleted(case.change) or is_switched_off(case.change)
    blocks = case.around.blocks
    declared = (*blocks.get("jwt_verifier", ()), *blocks.get("record", ()))
    return not ends and not any(_verifies(each, case.resource) for each in declared)


def _verifies(block: Resource, client: Resource) -> bool:
    written = value_of(block, "jwt_client") or value_of(block, "oauth_jwt")
    return (
        isinstance(written, Named)
        and (written.target.kind, written.name) == (client.address.kind, client.address.label)
    )  # fmt: skip


def _verifiers(case: Case) -> Iterable[str]:
    """Those that the instance has and the plan leaves there."""
    rows = case.evidence.find(TABLE, "oauth_jwt", case.change.sys_id)
    return [row["sys_id"] for row in rows if not _goes(case, row["sys_id"])]


def _goes(case: Case, sys_id: str) -> bool:
    change = case.around.changes.get(sys_id)
    return change is not None and is_deleted(change)


VERIFIERS = Inquiry(
    table=TABLE,
    columns=("oauth_jwt",),
    about=lambda case: isin("oauth_jwt", [case.change.sys_id] if _is_left_alone(case) else []),
)

NAMESAKES = Inquiry(
    table=CLIENTS,
    columns=("name", "sys_class_name"),
    about=lambda case: isin("name", _new_names(case)),
)

STAKES = (Stake(find=ended),)
CROSS_CHECKS = (
    CrossCheck(find=no_verifier, asks=(VERIFIERS,)),
    CrossCheck(find=name_taken, asks=(NAMESAKES,)),
)

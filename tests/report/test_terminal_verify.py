from collections.abc import Callable
from dataclasses import replace

import pytest

from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic, Severity
from snowconf.model.origin import Origin
from snowconf.model.plan_json import dump
from snowconf.model.verification import Cell, Identity, Promise, Verdict, Verification
from snowconf.model.verify_json import verification_document
from snowconf.report.page import Page
from snowconf.report.styled import cells, to_ansi, to_plain
from snowconf.report.terminal_verify import render_verification

Golden = Callable[[str, str], None]
FINOUT, SAAS = Address("user", "svc_finout"), Address("user", "svc_saas")


def cell(user: Address, what: str, verdict: Verdict, *, allowed: bool = True, tried: bool = True) -> Cell:
    """One promise; `what` is as in "read incident.*"."""
    operation, _, reach = what.partition(" ")
    table, _, column = reach.partition(".")
    promise = Promise(
        user=user,
        operation=operation,
        table=table,
        column=column,
        allowed=allowed,
        origin=Origin("finout.toml", 14, 20),
    )
    why = "The instance refuses the list." if verdict is Verdict.DENIED else ""
    blocks = (Address("acl", "read_tables"),) if why else ()
    return Cell(
        promise=promise, verdict=verdict, why=why, remedy=why and "Apply.", blocks=blocks, tried=tried
    )


@pytest.fixture
def verification() -> Verification:
    """Everything that a cell can be, and a user who is not let in."""
    finout = (
        cell(FINOUT, "read sys_db_object.*", Verdict.DENIED),
        cell(FINOUT, "read incident", Verdict.PROVEN),
        cell(FINOUT, "create incident", Verdict.NOT_PROBED, tried=False),
        cell(FINOUT, "write incident.u_a_column_with_a_name_that_is_long", Verdict.UNDECIDABLE),
        cell(FINOUT, "delete sys_user", Verdict.PROVEN, allowed=False, tried=False),
        cell(FINOUT, "read sys_properties", Verdict.PROVEN, allowed=False),
        cell(FINOUT, "create sys_user", Verdict.OPEN, allowed=False),
    )
    problem = Diagnostic(
        code="SNC500",
        summary="Promise not kept",
        detail="svc_finout cannot read sys_db_object.*. The instance refuses the list. Apply.",
        origin=Origin("finout.toml", 14, 20),
        address=FINOUT,
    )
    return Verification(
        stack="finout",
        instance="dev",
        url="https://acme-dev.service-now.com",
        identities=(
            Identity(
                user=FINOUT,
                user_name="svc_finout",
                origin=Origin("finout.toml", 10),
                cells=finout,
                way="password",
                client=Address("oauth_app", "finout"),
            ),
            Identity(
                user=SAAS,
                user_name="svc_saas",
                origin=Origin("finout.toml", 30),
                cells=(cell(SAAS, "delete sys_user", Verdict.NO_ENTRY),),
                way="basic",
                entered=False,
            ),
        ),
        diagnostics=(problem, replace(problem, code="SNC502", severity=Severity.WARNING)),
        requests={"GET": 7, "token": 2},
    )


def proven(verification: Verification) -> Verification:
    """The same with nothing but kept promises."""
    first, second = verification.identities
    kept = tuple(replace(each, verdict=Verdict.PROVEN) for each in first.cells)
    also = tuple(replace(each, verdict=Verdict.PROVEN) for each in second.cells)
    return replace(
        verification,
        identities=(replace(first, cells=kept), replace(second, cells=also, entered=True)),
        diagnostics=(),
    )


def drawn(verification: Verification, width: int) -> str:
    """The report as plain text."""
    return to_plain(render_verification(verification, Page(width=width, folder="examples/finout")))


@pytest.mark.parametrize("width", [80, 40])
def test_a_verification_reads_as_agreed(verification: Verification, golden: Golden, width: int) -> None:
    """A table for each user, then why, then the sum, as the golden file says."""
    golden(f"verify-{width}.txt", drawn(verification, width))


def test_the_document_reads_as_agreed(verification: Verification, golden: Golden) -> None:
    """Every promise with its verdict, for machines."""
    golden("verify.json", dump(verification_document(verification)))


@pytest.mark.parametrize("width", [80, 40])
def test_no_line_of_a_table_is_wider_than_the_terminal(verification: Verification, width: int) -> None:
    """Long names have lines of their own, and a narrow page has a list instead of a table."""
    assert [each for each in drawn(verification, width).splitlines() if cells(each) > max(width, 52)] == []


def test_everything_proven_is_one_sentence_more(verification: Verification) -> None:
    """With how many of it access controls alone have settled."""
    expected = "Proven: all 8 promises to 2 users (2 by access controls alone)."
    assert expected == drawn(proven(verification), 80).splitlines()[-1]


def test_nothing_to_verify_is_no_proof(verification: Verification) -> None:
    """A stack without promises proves nothing."""
    empty = replace(verification, identities=(), diagnostics=())
    assert (drawn(empty, 80), empty.is_proven) == ("Nothing was verified.\n", False)


def test_a_user_whom_nothing_lets_in_is_told(verification: Verification) -> None:
    """Where the stack knows no way in, there is none to name."""
    first, second = verification.identities
    shut = replace(verification, identities=(first, replace(second, way="")))
    assert "not let in: no way in is declared" in drawn(shut, 80)


def test_colours_never_stand_alone(verification: Verification) -> None:
    """What a terminal shows in colour has the same words without."""
    painted = to_ansi(render_verification(verification, Page(width=80)))
    assert ("\x1b[1;31m x denied" in painted, "x denied" in drawn(verification, 80)) == (True, True)

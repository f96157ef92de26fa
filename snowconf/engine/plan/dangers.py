"""The sentences for what a plan may break and what its runner may not do: one function per problem."""

from collections.abc import Mapping, Sequence

from snowconf.kinds.stakes.touching import names
from snowconf.model.diagnostic import Diagnostic, Severity
from snowconf.model.plan import Change
from snowconf.model.runner import Runner


def too_many_deletes(number: int, owned: int, share: str) -> Diagnostic:
    """More goes than a plan may take away (octoDNS stops at the same share)."""
    return Diagnostic(
        code="SNC222",
        summary="More would be deleted than the limit allows",
        detail=f"This plan deletes, switches off or gives back {number} of the {owned} records that the stack owns "
        f"({number / owned:.0%}), and its limit is {share}. That is what a wrong folder, a wrong branch or an empty file "
        f"looks like. If it is meant: --allow-deletes {number}, or a higher limit in the stack, as in [stack] "
        "limits = { delete = 0.5 }.",
    )


def too_many_updates(number: int, owned: int, share: str) -> Diagnostic:
    """More changes than a plan may change."""
    return Diagnostic(
        code="SNC223",
        summary="More would be changed than the limit allows",
        detail=f"This plan changes {number} of the {owned} records that the stack owns ({number / owned:.0%}), and its "
        f"limit is {share}. That is what another instance's values or a restored clone looks like. If it is meant: "
        f"--allow-updates {number}, or a higher limit in the stack, as in [stack] limits = {{ update = 0.5 }}.",
    )


def self_lockout(change: Change, sentence: str) -> Diagnostic:
    """The account or client that snowconf works with would lose what it needs."""
    return Diagnostic(
        code="SNC224",
        summary="snowconf would lock itself out",
        detail=f"{sentence} It might then be unable to finish this apply, or to undo it. Let another account make this "
        "change, or say that it is meant: --allow-self-lockout",
        origin=change.origin,
        address=change.address,
    )


def runner_lacks(
    runner: Runner, writers: Sequence[str], tables: Mapping[str, Sequence[str]]
) -> Diagnostic:  # fmt: skip
    """Writes that would be refused, told before the first one."""
    doing = "; ".join(f"{' and '.join(verbs)} rows of {table}" for table, verbs in tables.items())
    held = names(runner.roles or ())
    return Diagnostic(
        code="SNC240",
        summary="The account of this run may not write this",
        detail=f"The plan would {doing}. As the platform ships, that takes one of these roles: {', '.join(writers)}. "
        f"'{runner.user_name}' holds {held}. Nothing was written. Grant it one of them, or run as another account. Where "
        "access controls of the instance's own let it write there, or another account will apply this: "
        "--no-runner-check",
    )


def runner_unchecked(user_name: str) -> Diagnostic:
    """Who runs, or what that account holds, is not shown to it."""
    who = (
        f"The instance does not show '{user_name}' its own roles"
        if user_name
        else "The instance does not say who this is"
    )
    return Diagnostic(
        code="SNC241",
        summary="Rights of this run not checked",
        detail=f"{who}, so whether it may write what this plan needs is not known before. What is refused will be in the "
        "report of the apply. Read access to sys_user and sys_user_has_role (the roles itil and user_admin have it) lets "
        "snowconf check it first.",
        severity=Severity.WARNING,
    )


def runner_read_only(user_name: str) -> Diagnostic:
    """A role that stops every write."""
    return Diagnostic(
        code="SNC242",
        summary="The account of this run may only read",
        detail=f"'{user_name}' holds snc_read_only, which stops every write whatever its other roles allow. Nothing was "
        "written. Take that role away, or run as another account. If another account will apply this plan: "
        "--no-runner-check",
    )

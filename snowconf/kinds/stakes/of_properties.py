"""Properties: the caches that a write flushes, security settings, the runner's own grant, tables a value needs."""

import re
from collections.abc import Iterator

from snowconf.kinds.findings import SAM_TABLES_MISSING, TABLES_MISSING
from snowconf.kinds.reading import text_of
from snowconf.kinds.stakes.case import Case, CrossCheck, Inquiry, Stake, isin
from snowconf.kinds.stakes.of_tokens import CLIENT_CREDENTIALS_GATE, PROPERTIES, ROPC_SWITCH
from snowconf.kinds.stakes.touching import is_deleted, names, stored, to_ask, written
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.query import Condition

# Properties that decide who gets in and what scripts may do; a name that ends with a dot stands for all below it.
SECURITY = (
    "glide.sm.",
    "glide.security.",
    "glide.authenticate.",
    "glide.authenticator.",
    "glide.basicauth.",
    "glide.oauth.",
    "glide.login.",
    "glide.script.",
    "glide.soap.strict_security",
    "glide.user.",
    "glide.ui.session_timeout",
    "glide.ui.rotate_sessions",
    "glide.ui.security.",
    "glide.export.query.enforce_field_acl",
    "glide.invalid_query.returns_no_rows",
    "glide.sys.audit_inserts",
    "com.glide.rest.api.auth.scope.check.enable",
    "password_reset.",
)
# Flexera's "Decide whether to use CMDB or SAM tables": its name is not public, its scope and its label are (tables.md 9).
FLEXERA = re.compile(r"x_fls_|.*\bCMDB (and/)?or SAM tables\b", re.IGNORECASE | re.DOTALL)
SAM = re.compile(r"(?<![a-z])sam(?![a-z])", re.IGNORECASE)
TABLES = "sys_db_object"
SAM_TABLES = "samp_"


def flushes_caches(case: Case) -> Iterator[str]:
    """A property that does not ignore the cache flushes all of them (tables.md 5)."""
    if case.change.writes and not _ignores_cache(case):
        yield (
            "Writing it flushes every cache of the instance, which is slow for one to ten minutes then. "
            "ignore_cache = true keeps that to this property."
        )


def security(case: Case) -> Iterator[str]:
    """Settings that decide who gets in."""
    if case.change.writes and _is_security(case.change.name):
        yield "It is a security setting of the whole instance, for every user and every integration."


def own_grant(case: Case) -> Iterator[str]:
    """The gates of OAuth grants decide whether snowconf itself gets another token."""
    grant, name = case.around.runner.grant, case.change.name
    value = written(case.change).get("value", "").lower()
    closes_gate = name == CLIENT_CREDENTIALS_GATE and (is_deleted(case.change) or _sets(case, but="true"))
    if grant == "client_credentials" and closes_gate:
        yield "snowconf gets its own tokens with client credentials, which this property would no longer allow."
    if grant == "password" and name == ROPC_SWITCH and value == "true":
        yield "snowconf gets its own tokens with a password, which this property would no longer allow."


def sam_missing(case: Case) -> Iterator[Diagnostic]:
    """Two of the four choices make Flexera's import fail where there are no SAM tables (tables.md 9)."""
    if _wants_sam(case) and TABLES not in case.evidence.untold and not _has_sam(case):
        yield SAM_TABLES_MISSING.at(
            case.resource,
            "value",
            f"'{text_of(case.resource, 'value')}' sends installed applications to the tables of Software Asset "
            "Management, and this instance has no table whose name begins with samp_: the import would fail. Choose the "
            "CMDB tables, or install Software Asset Management first.",
        )


def tables_missing(case: Case) -> Iterator[Diagnostic]:
    """What the block itself says that a value needs."""
    there = {row.get("name", "") for row in case.evidence.rows(TABLES)}
    missing = [each for each in _required(case) if each not in there]
    if missing and TABLES not in case.evidence.untold:
        verb = "is" if len(missing) == 1 else "are"
        yield TABLES_MISSING.at(
            case.resource,
            "value",
            f"'{text_of(case.resource, 'value')}' needs {names(_required(case))}, as requires_tables says, and {names(missing)} "
            f"{verb} not on this instance. Choose another value, or install what brings {names(missing)}.",
        )


def _required(case: Case) -> tuple[str, ...]:
    """The tables that the value needs which the plan sets."""
    return case.resource.requires_tables.get(written(case.change).get("value", ""), ())


def _ignores_cache(case: Case) -> bool:
    return stored(case, PROPERTIES, sys_id=case.change.sys_id, column="ignore_cache") == "true"


def _is_security(name: str) -> bool:
    return any(name.startswith(each) if each.endswith(".") else name == each for each in SECURITY)


def _sets(case: Case, *, but: str) -> bool:
    columns = written(case.change)
    return "value" in columns and columns["value"].lower() != but


def _wants_sam(case: Case) -> bool:
    """By the value's own words or by the label that the block's choices give it."""
    value = written(case.change).get("value", "")
    described = (case.change.name, text_of(case.resource, "description"))
    if not value or _required(case) or not any(map(FLEXERA.match, described)):
        return False
    pairs = (each.rpartition("=") for each in text_of(case.resource, "choices").split(","))
    labels = [label for label, _, stored_value in pairs if stored_value.strip() == value]
    return any(map(SAM.search, (value.replace("_", " "), *labels)))


def _has_sam(case: Case) -> bool:
    return any(row.get("name", "").startswith(SAM_TABLES) for row in case.evidence.rows(TABLES))


def _sam_tables(case: Case) -> tuple[Condition, ...]:
    return (Condition("name", "STARTSWITH", (SAM_TABLES,)),) if _wants_sam(case) else ()


def _uncertain_cache(case: Case) -> list[str]:
    return (
        to_ask(case, PROPERTIES, sys_id=case.change.sys_id, columns=["ignore_cache"])
        if case.change.writes
        else []
    )


IGNORES_CACHE = Inquiry(
    table=PROPERTIES, columns=("ignore_cache",), about=lambda case: isin("sys_id", _uncertain_cache(case))
)
REQUIRED_PRESENT = Inquiry(table=TABLES, columns=("name",), about=lambda case: isin("name", _required(case)))
SAM_PRESENT = Inquiry(table=TABLES, columns=("name",), about=_sam_tables, at_most=10)

STAKES = (
    Stake(hazard="self_lockout", find=own_grant, forbidden=True),
    Stake(hazard="cache_flush", find=flushes_caches, asks=(IGNORES_CACHE,)),
    Stake(hazard="security_property", find=security),
)
CROSS_CHECKS = (
    CrossCheck(find=sam_missing, asks=(SAM_PRESENT,)),
    CrossCheck(find=tables_missing, asks=(REQUIRED_PRESENT,)),
)

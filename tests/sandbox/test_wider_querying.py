"""Encoded queries that reach beyond one column and one value (wire-contract.md 3.1, 3.2), as lists answer them."""

import pytest

from tests.sandbox.caller import ADMIN, Caller


@pytest.fixture
def incidents(admin: Caller) -> Caller:
    """Two incidents, the second two days older than the first, and a user who may see nothing."""
    for number, day in (("INC1", "2026-03-03"), ("INC2", "2026-03-01")):
        sent = {"number": number, "caller_id": ADMIN, "short_description": f"{number} is broken"}
        sys_id = admin.post("incident", sent).result["sys_id"]
        moments = {"opened_at": f"{day} 10:00:00", "due_date": "2026-03-03 11:00:00"}
        admin.sandbox.store.update("incident", sys_id, moments)
    return admin


def found(caller: Caller, query: str) -> str:
    """The numbers of the incidents that a query finds."""
    return " ".join(caller.names("incident", "number", f"numberININC1,INC2^{query}^ORDERBYnumber"))


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        (
            "opened_atON2026-03-01@javascript:gs.dateGenerate('2026-03-01','start')@2026-03-01 23:59:59",
            "INC2",
        ),
        ("opened_atNOTON2026-03-01", "INC1"),
        ("opened_atONToday", ""),
        ("opened_atRELATIVELT@year@ahead@1", "INC1 INC2"),
        ("opened_atRELATIVEGT@quarter@ago@4", "INC1 INC2"),
        ("opened_atDATEPARTSunday@javascript:gs.datePart('dayofweek','sunday','EE')", "INC2"),
        ("opened_atDATEPARTMonday@javascript:gs.datePart('dayofweek','monday','GE')", "INC1"),
        ("opened_atDATEPARTMarch@javascript:gs.datePart('month','march','EE')", "INC1 INC2"),
        ("opened_atDATEPARTQ@javascript:gs.datePart('quarter','1','LE')", "INC1 INC2"),
        ("opened_atDATEPARTWeek@javascript:gs.datePart('week','8','GT')", "INC1 INC2"),
        ("opened_atDATEPART2 am hour@javascript:gs.datePart('hour','2','EE')", "INC1 INC2"),
        ("opened_atSAMEASdue_date@day", "INC1"),
        ("opened_atNSAMEASdue_date@day", "INC2"),
        ("opened_atSAMEASdue_date@quarter", "INC1 INC2"),
        ("opened_atMORETHANdue_date@day@before@1", "INC2"),
        ("opened_atLESSTHANdue_date@hour@before@2", "INC1"),
        ("opened_atLT_FIELDdue_date", "INC1 INC2"),
        ("sys_class_nameINSTANCEOFtask", "INC1 INC2"),
        ("sys_class_nameINSTANCEOFproblem", ""),
        ("sys_class_nameINSTANCEOFnope", ""),
        ("caller_idDYNAMIC90d1921e5f510100a9ad2572f2b477fe", "INC1 INC2"),
        (f"caller_id.managerIN_HIERARCHY{ADMIN}", ""),
        (f"caller_idIN_HIERARCHY{ADMIN}", "INC1 INC2"),
        ("JOINincident.caller_id=sys_user.sys_id!user_name=admin", "INC1 INC2"),
        ("JOINcaller_id=sys_user.sys_id", "INC1 INC2"),
        ("123TEXTQUERY321=broken inc2", "INC2"),
        ("short_descriptionNOTLIKEINC1", "INC2"),
        ("numberNOTININC1", "INC2"),
    ],
)
def test_terms_find_what_they_say(incidents: Caller, query: str, numbers: str) -> None:
    """wire-contract.md 3.2: each operator's own meaning; hours are the caller's, weeks of DATEPART begin on Sunday."""
    assert found(incidents, query) == numbers


@pytest.mark.parametrize(
    "query",
    [
        "opened_atONnever",
        "opened_atON2026-03-41",
        "opened_atON2026-03-01@x@javascript:gs.nope()",
        "opened_atRELATIVEGT@fortnight@ago@1",
        "opened_atRELATIVEGT@day@yore@1",
        "opened_atRELATIVEGT@day@ago@x",
        "opened_atRELATIVEGT@year@ago@99999",
        "opened_atRELATIVEGT",
        "numberRELATIVEGT@day@ago@1",
        "opened_atDATEPARTMonday",
        "opened_atDATEPARTMonday@javascript:gs.datePart('dayofweek')",
        "opened_atDATEPARTMonday@javascript:gs.datePart('dayofweek','monday','XX')",
        "opened_atDATEPARTMonday@javascript:gs.datePart('dayofweek','someday','EE')",
        "opened_atDATEPARTMonday@javascript:gs.datePart('fortnight','1','EE')",
        "opened_atSAMEASdue_date@fortnight",
        "opened_atSAMEASnope",
        "opened_atGT_FIELDdue_date@day",
        "numberSAMEASshort_description@day",
        "opened_atMORETHANdue_date@day@beside@1",
        "opened_atMORETHANdue_date@day",
        "numberMORETHANdue_date@day@before@1",
        "caller_idDYNAMIC00000000000000000000000000000000",
        "numberIN_HIERARCHYx",
        "stateVALCHANGES",
        "stateCHANGESFROM1",
        "stateCHANGESTO2",
        "RLQUERYnope.task,>=1^ENDRLQUERY",
        "RLQUERYincident.nope,>=1^ENDRLQUERY",
        "RLQUERYincident.parent,some^ENDRLQUERY",
        "JOINincident.nope=sys_user.sys_id",
        "JOINcaller_id=sys_user.nope",
        "JOINcaller_id.manager=sys_user.sys_id",
        "123TEXTQUERY321= ",
        f"JOINcaller_id=sys_user.sys_id!{'JOINsys_id=sys_user.sys_id!' * 3}user_name=nobody",
    ],
)
def test_what_says_nothing_is_dropped(incidents: Caller, query: str) -> None:
    """wire-contract.md 3.4: an invalid condition is no condition, whatever is wrong with it."""
    assert found(incidents, query) == "INC1 INC2"


def test_related_lists_are_counted(incidents: Caller) -> None:
    """wire-contract.md 3.1: RLQUERY counts the rows that point here and meet its conditions."""
    for query, users in [
        ("RLQUERYincident.caller_id,>=2^numberSTARTSWITHINC^ENDRLQUERY", ["admin"]),
        ("RLQUERYincident.caller_id,=1^number=INC1^ENDRLQUERY^user_name=admin", ["admin"]),
        ("RLQUERYincident.caller_id,=0^ENDRLQUERY^user_name=admin", []),
    ]:
        assert incidents.names("sys_user", "user_name", query) == users


@pytest.mark.parametrize("size", [1_000, 8_000])
def test_nested_terms_end_somewhere(incidents: Caller, size: int) -> None:
    """A query that nests for ever is answered, and its innermost terms are none."""
    nested = "RLQUERYincident.caller_id,>=1^" * (size // 30)
    reply = Caller(incidents.sandbox, "admin").get("sys_user", sysparm_query=nested)
    assert reply.status in {200, 414}


def test_a_search_needs_readable_texts(admin: Caller, nobody: Caller) -> None:
    """Whoever may read no text of a table finds nothing out by searching it."""
    admin.post("sys_properties", {"name": "secret.one", "value": "canary"})
    reply = nobody.get("sys_properties", sysparm_query="123TEXTQUERY321=canary")
    assert reply.status == 403 or reply.result == []


@pytest.mark.parametrize(
    "query",
    [
        "JOINuser_name=sys_properties.name!valueLIKEcanary",
        "RLQUERYsys_properties.sys_created_by,>=0^valueLIKEcanary^ENDRLQUERY",
    ],
)
def test_terms_reach_no_rows_that_are_hidden(admin: Caller, nobody: Caller, query: str) -> None:
    """wire-contract.md 1.5: another table's columns count as unreadable for who may not read its rows."""
    admin.post("sys_properties", {"name": "nobody", "value": "canary"})
    reply = nobody.get("sys_user", sysparm_query=query)
    assert reply.status == 403
    assert reply.error[1] == "Field(s) present in the query do not have permission to be read"

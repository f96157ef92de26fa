"""Applies under a change request: what it must be, what it is told, and that nothing is written without its yes."""

import pytest

from tests.change_control.office import CHANGE, GATE, NUMBER, OPEN, Office

ROLE = '[role.o_one]\ndescription = "one"'


@pytest.fixture
def gated(office: Office) -> Office:
    """Nothing is applied without a change request."""
    office.write(GATE)
    return office


def test_without_a_number_nothing_is_applied(gated: Office) -> None:
    """The exit code is that of a policy's no."""
    assert gated.apply() == 3
    assert "[SNC702]" in gated.said
    assert "--change CHG0030001" in gated.detail()
    assert gated.roles() == []


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"approval": "requested"}, "Its approval is 'requested'; it must be 'approved'."),
        ({"state": "-2"}, "Its state is Scheduled (-2); it must be Implement (-1)."),
        ({"state": "3", "active": "false"}, "It is closed or cancelled (active is false)."),
        ({"state": "4"}, "Its state is Canceled (4)"),
        ({"on_hold": "true"}, "It is on hold."),
        (
            {"start_date": "2026-11-21 09:00:00"},
            "Its window begins at 2026-11-21 09:00:00 UTC, and it is 2026",
        ),
        ({"end_date": "2026-11-21 07:30:00"}, "Its window ended at 2026-11-21 07:30:00 UTC, and it is 2026"),
        ({"start_date": ""}, "It has no planned start and end; window = false below [change] does without."),
    ],
)
def test_a_change_request_that_does_not_allow_it(gated: Office, columns: dict[str, str], words: str) -> None:
    """Nothing is written, neither a record nor a note, and what stands against it is said at the line that asks."""
    gated.open_change(**columns)
    assert gated.apply("--change", NUMBER) == 3
    assert "[SNC703]" in gated.said
    assert "stack.toml:8" in gated.said
    assert words in gated.detail()
    assert (gated.roles(), gated.notes()) == ([], [])


@pytest.mark.parametrize("number", ["CHG0099999", "CHG^active=true", "CHG 1"])
def test_a_number_that_nothing_has(gated: Office, number: str) -> None:
    """It is refused, and never asked for as a query of another meaning."""
    gated.open_change()
    assert gated.apply("--change", number) == 3
    assert "[SNC703]" in gated.said
    assert gated.roles() == []


def test_the_change_request_is_told_before_and_after(gated: Office) -> None:
    """First the plan's digest, then outcome and the receipt's."""
    gated.open_change()
    assert gated.run("plan", str(gated.folder), "--checksum", "--change", NUMBER) == 0
    digest = gated.said.split("Checksum: ")[1].split()[0]
    assert "[SNC70" not in gated.said
    assert gated.apply("--change", NUMBER) == 0
    begins, ended = gated.notes()
    assert begins.startswith("snowconf begins to apply the stack 'office' to prod")
    assert ended.startswith("snowconf has ended: 3 done, 0 failed")
    assert digest in begins
    assert digest in ended
    (receipt,) = (gated.folder / ".snowconf" / "receipts").iterdir()
    assert receipt.stem.rpartition("-")[2] in ended


def test_a_gate_costs_three_requests(gated: Office) -> None:
    """One to look, and two to note."""
    gated.open_change()
    gated.write(blocks='[role.o_one]\ndescription = "x"')
    assert gated.apply() == 0
    gated.write(blocks='[role.o_one]\ndescription = "y"')
    assert gated.apply() == 0
    alone = gated.counts.copy()
    gated.write(GATE, blocks='[role.o_one]\ndescription = "z"')
    assert gated.apply("--change", NUMBER) == 0
    assert dict(gated.counts - alone) == {"GET": 1, "PATCH": 2}


def test_the_plan_tells_what_apply_will_ask(gated: Office) -> None:
    """It succeeds, and warns of the gate."""
    gated.open_change(approval="rejected")
    assert gated.run("plan", str(gated.folder)) == 0
    assert "Warning: A change request is needed [SNC702]" in gated.said
    assert gated.run("plan", str(gated.folder), "--change", NUMBER) == 0
    assert "it must be 'approved'. An apply would be refused now." in gated.detail()


def test_notes_that_are_refused_stop_the_apply(gated: Office) -> None:
    """If the note cannot be written, nothing is applied."""
    gated.open_change()
    gated.spoil = lambda verb, url: "500" if verb == "PATCH" and "change_request" in url else ""
    assert gated.apply("--change", NUMBER) == 3
    assert "[SNC704]" in gated.said
    assert gated.roles() == []


def test_an_end_that_cannot_be_noted_is_said(gated: Office) -> None:
    """What was done is done, and the text is there to be written by hand."""
    gated.open_change()
    patches = iter(["", *["500"] * 99])
    gated.spoil = lambda verb, url: next(patches) if verb == "PATCH" and "change_request" in url else ""
    assert gated.apply("--change", NUMBER) == 0
    assert "[SNC705]" in gated.said
    assert "Write this into CHG0030001 by hand: snowconf has ended: 3 done" in gated.detail()
    assert gated.roles() == ["o_reader", "o_writer"]


def test_a_change_request_that_is_closed_meanwhile(gated: Office) -> None:
    """The answer to the note shows it as it is then, and nothing is applied."""
    gated.open_change()

    def close(verb: str, url: str) -> None:
        if verb == "PATCH" and "change_request" in url and not gated.notes():
            gated.ask("PATCH", f"change_request/{CHANGE}", on_hold="true")

    gated.meanwhile = close
    assert gated.apply("--change", NUMBER) == 3
    assert "It is on hold." in gated.detail()
    assert gated.roles() == []
    assert any("snowconf wrote nothing" in each for each in gated.notes())


def test_a_run_that_breaks_off_tells_that_too(gated: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a receipt there is still an end."""
    gated.open_change()

    def broken(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("snowconf.cli.carrying.carry_out", broken)
    assert gated.apply("--change", NUMBER) == 130
    assert any("broke off (interrupted). There is no receipt." in each for each in gated.notes())


def test_taking_back_needs_one_as_well(gated: Office) -> None:
    """An undo writes as an apply does."""
    gated.open_change()
    assert gated.apply("--change", NUMBER) == 0
    undo = ("undo", "last", "--directory", str(gated.folder), "--auto-approve")
    assert gated.run(*undo) == 3
    assert gated.roles() == ["o_reader", "o_writer"]
    assert gated.run(*undo, "--change", NUMBER) == 0
    assert gated.roles() == []


def test_a_saved_plan_needs_one_too(gated: Office) -> None:
    """Whoever saved it was asked for nothing."""
    gated.open_change()
    plan = gated.folder / "plan.json"
    assert gated.run("plan", str(gated.folder), "--out", str(plan)) == 0
    apply = ("apply", str(plan), "--directory", str(gated.folder))
    assert gated.run(*apply) == 3
    assert gated.run(*apply, "--change", NUMBER) == 0


def test_an_apply_with_nothing_to_do_needs_none(gated: Office) -> None:
    """Nothing is written then."""
    gated.open_change()
    assert gated.apply("--change", NUMBER) == 0
    assert gated.apply() == 0
    assert len(gated.notes()) == 2


def test_other_instances_need_none(office: Office) -> None:
    """A number that is named is asked nevertheless."""
    office.write(
        '[instance.dev]\nurl = "sandbox:"\ndefault = true\n',
        '[change]\nrequired_on = ["prod"]\nwindow = false\n',
    )
    assert office.apply("--change", NUMBER) == 3
    office.open_change(start_date="")
    assert office.apply("--change", NUMBER) == 0
    assert len(office.notes()) == 2


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"on_hold": "true"}, "It is on hold."),
        ({"state": "0"}, "Its state is Review (0)"),
        ({"end_date": "2026-11-21 07:59:00"}, "Its window ended"),
    ],
)
def test_a_change_request_that_ends_in_the_middle(gated: Office, columns: dict[str, str], words: str) -> None:
    """What was begun is finished, and that it was not allowed to its end is said."""
    gated.open_change()
    seen: list[str] = []

    def end(verb: str, url: str) -> None:
        if verb == "POST" and "sys_user" in url and not seen:
            seen.append(url)
            gated.ask("PATCH", f"change_request/{CHANGE}", **columns)

    gated.meanwhile = end
    assert gated.apply("--change", NUMBER) == 0
    assert "Warning: The change request ended first [SNC706]" in gated.said
    assert words in gated.detail()
    assert gated.roles() == ["o_reader", "o_writer"]


def test_the_case_of_a_number_does_not_count(gated: Office) -> None:
    """As it does not for the instance; two that differ in nothing else are two."""
    gated.open_change()
    assert gated.apply("--change", "chg0030001") == 0
    gated.sandbox.store.insert("change_request", {**OPEN, "number": "Chg0030001", "sys_id": "9" * 32})
    gated.write(GATE, blocks=ROLE)
    assert gated.apply("--change", NUMBER) == 3
    assert "There are several change requests CHG0030001 on prod (" in gated.detail()


def test_the_option_goes_before_the_variable(gated: Office) -> None:
    """A variable that is set for the whole pipeline can be overruled; blanks name none."""
    gated.open_change()
    gated.environ["SNOWCONF_CHANGE"] = " "
    assert (gated.apply(), "[SNC702]" in gated.said) == (3, True)
    gated.environ["SNOWCONF_CHANGE"] = "CHG0099999"
    assert gated.apply() == 3
    assert gated.apply("--change", NUMBER) == 0


def test_a_file_of_variables_may_name_it(gated: Office) -> None:
    """As it may everything else that comes from the environment."""
    gated.open_change()
    (gated.folder / "run.env").write_text(f"SNOWCONF_CHANGE={NUMBER}\n", "utf-8")
    assert gated.apply("--env-file", str(gated.folder / "run.env")) == 0
    assert gated.receipts()[0]["change"] == NUMBER


def test_what_the_instance_holds_cannot_forge_a_note(gated: Office) -> None:
    """Between [code] and [/code] the platform shows HTML, and control characters hide what stands behind them."""
    gated.open_change()

    def forge(verb: str, url: str) -> None:
        if verb == "PATCH" and "change_request" in url and not gated.notes():
            gated.ask("PATCH", f"change_request/{CHANGE}", approval="[CODE]<b>\x1b[2J</b>[/code]\nend")

    gated.meanwhile = forge
    assert gated.apply("--change", NUMBER) == 3
    (note,) = (each for each in gated.notes() if "wrote nothing" in each)
    assert r"Its approval is '(CODE)<b>\x1b[2J</b>(/code)\nend'" in note


def test_a_note_has_no_secret(gated: Office) -> None:
    """Whatever else it says, of the runner too."""
    secret = "made-up-Secret-of-the-office"
    gated.environ |= {"OFFICE_PASSWORD": secret, "LOGNAME": secret}
    gated.write(GATE, blocks='[user.o_robot]\npassword = { env = "OFFICE_PASSWORD" }')
    gated.open_change()
    assert gated.apply("--change", NUMBER) == 0
    begins, ended = gated.notes()
    assert "Run by (secret) on " in begins
    assert secret not in begins + ended + gated.said


@pytest.mark.parametrize(
    ("operation", "name", "words"),
    [
        (
            "read",
            "change_request",
            "There is a change request CHG0030001 on prod, and the runner may not see it.",
        ),
        ("read", "change_request.approval", "The runner may not read approval of it"),
        ("write", "change_request", "The work notes of CHG0030001 did not take what is done under it."),
        ("write", "task.work_notes", "so the runner may not write work notes."),
    ],
)
def test_an_account_without_the_rights_applies_nothing(
    gated: Office, operation: str, name: str, words: str
) -> None:
    """What it lacks is said, also where the instance answers with success."""
    gated.open_change()
    forbid(gated, operation, name)
    assert gated.apply("--change", NUMBER) == 3
    assert words in gated.detail()
    assert (gated.roles(), gated.notes()) == ([], [])


def forbid(office: Office, operation: str, name: str) -> None:
    """Nobody passes, administrators neither."""
    (kind,) = office.sandbox.store.find("sys_security_operation", name=operation)
    rule = {"name": name, "operation": kind["sys_id"], "type": "record", "active": "true"}
    (nobody,) = office.sandbox.store.find("sys_user_role", name="nobody")
    for other in office.sandbox.store.find("sys_security_acl", name=name, operation=kind["sys_id"]):
        office.sandbox.store.update("sys_security_acl", other["sys_id"], {"active": "false"})
    made = {**rule, "sys_id": "a" * 32, "admin_overrides": "false"}
    link = {"sys_id": "b" * 32, "sys_security_acl": made["sys_id"], "sys_user_role": nobody["sys_id"]}
    office.sandbox.store.insert("sys_security_acl", made)
    office.sandbox.store.insert("sys_security_acl_role", link)

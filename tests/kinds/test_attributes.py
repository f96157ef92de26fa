"""The types of attributes: what they take from a file, what they refuse, and what they store."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from snowconf.kinds.attributes import (
    Attribute,
    Boolean,
    Choice,
    DateTime,
    Duration,
    Integer,
    LooseText,
    Members,
    ParseError,
    Reference,
    References,
    Script,
    Secret,
    Text,
    TimeOfDay,
    Url,
    together,
)
from snowconf.kinds.targets import ROLE, USER
from snowconf.model.value import Named, RecordRef, SecretSource, Value

DAYS = Choice("day", "A day.", choices={"monday": "1", "tuesday": "2"})
WHOLE = Integer("n", "A number.", minimum=1, maximum=31)
SECRET = Secret("s", "A secret.")
MEMBERS = Members("roles", "Roles.", link="l", owner="o", member="m", target=ROLE)
TO_USER = Reference("user", "A user.", target=USER)
TO_USERS = References("users", "Users.", target=USER)


@pytest.mark.parametrize(
    ("attribute", "raw", "value", "stored"),
    [
        (Text("t", "T."), " x ", " x ", " x "),
        (LooseText("t", "T."), True, "true", "true"),
        (LooseText("t", "T."), 5, "5", "5"),
        (LooseText("t", "T."), "True", "True", "True"),
        (Script("t", "T."), "a\r\nb", "a\nb", "a\nb"),
        (Url("t", "T."), "", "", ""),
        (Url("t", "T."), "http://localhost:33418/a, https://b", "http://localhost:33418/a, https://b", None),
        (WHOLE, 31, 31, "31"),
        (Boolean("b", "B."), True, True, "true"),
        (Boolean("b", "B."), False, False, "false"),
        (DAYS, "monday", "monday", "1"),
        (Duration("d", "D."), "15m", 900, "1970-01-01 00:15:00"),
        (Duration("d", "D."), "1d 12h 5s", 129_605, "1970-01-02 12:00:05"),
        (Duration("d", "D."), "0s", 0, "1970-01-01 00:00:00"),
        (TimeOfDay("t", "T."), "2:30", "02:30:00", "1970-01-01 02:30:00"),
        (DateTime("t", "T."), "2026-11-30T02:00:00+02:00", "2026-11-30 00:00:00", None),
        (DateTime("t", "T."), datetime(2026, 11, 30, 2, 0, 0, 5, tzinfo=UTC), "2026-11-30 02:00:00", None),
        (DateTime("t", "T."), date(2026, 11, 30), "2026-11-30 00:00:00", None),
        (TO_USER, "", "", ""),
    ],
)
def test_what_is_written_is_what_is_stored(
    attribute: Attribute, raw: Any, value: Value, stored: str | None
) -> None:
    """Parsed to the model's value, and encoded to the platform's text."""
    assert attribute.parse(raw) == value
    assert attribute.encode(value) == (value if stored is None else stored)


@pytest.mark.parametrize(
    ("attribute", "raw", "text"),
    [
        (Url("t", "T."), "ftp://x", "'ftp://x' is no http:// or https:// address"),
        (Url("t", "T."), "https://a, https://b c", "'https://b c' is no http:// or https:// address"),
        (WHOLE, 0, "0 is less than 1, the least it can be"),
        (WHOLE, 32, "32 is more than 31, the most it can be"),
        (DAYS, "moonday", "'moonday' is none of its choices: 'monday', 'tuesday'"),
        (Duration("d", "D."), "15", "'15' is no duration; write one like '15m', '1h 30m' or '2d'"),
        (Duration("d", "D."), "", "'' is no duration; write one like '15m', '1h 30m' or '2d'"),
        (Duration("d", "D."), "9" * 5000 + "d", f"'{'9' * 5000}d' is no duration"),
        (Duration("d", "D."), "9999999d", "longer than the platform can store, which is 2932896 days"),
        (TimeOfDay("t", "T."), "24:00", "'24:00' is no time of day; write one like '02:30' or '23:15:00'"),
        (TimeOfDay("t", "T."), "٠٢:٣٠", "is no time of day"),
        (DateTime("t", "T."), "tomorrow", "'tomorrow' is no date and time"),
        (DateTime("t", "T."), "0001-01-01T00:00:00+14:00", "is no date and time"),
        (MEMBERS, ["itil", ""], "every item must be a name in quotes"),
        (MEMBERS, ["itil", 5], "every item must be a name in quotes"),
        (MEMBERS, ["itil", "itil"], "'itil' stands in the list more than once"),
    ],
)
def test_what_cannot_be_taken_is_said_with_what_would_do(attribute: Attribute, raw: Any, text: str) -> None:
    """The text is shown to people as it is."""
    with pytest.raises(ParseError) as caught:
        attribute.parse(raw)
    assert text in str(caught.value)


@pytest.mark.parametrize("raw", [{}, {"env": ""}, {"env": "A", "file": "hunter2"}, {"env": 5}])
def test_a_secret_is_one_provider_and_one_name(raw: dict[str, Any]) -> None:
    """And a refusal repeats nothing of what was written."""
    with pytest.raises(ParseError) as caught:
        SECRET.parse(raw)
    assert "hunter2" not in str(caught.value)


def test_a_secret_says_where_it_is() -> None:
    """Never what it is."""
    assert SECRET.parse({"file": "secret.txt"}) == SecretSource("file", "secret.txt")


def test_references_and_members_become_names() -> None:
    """With the target that they can mean."""
    assert TO_USER.parse("svc") == Named(USER, "svc")
    assert MEMBERS.parse(["itil", "admin"]) == frozenset({Named(ROLE, "admin"), Named(ROLE, "itil")})


def test_a_reference_is_stored_as_a_sys_id() -> None:
    """A name is never sent (wire-contract.md 6.3)."""
    assert TO_USER.encode(RecordRef("a" * 32, "svc")) == "a" * 32
    with pytest.raises(AssertionError):
        TO_USER.encode(Named(USER, "svc"))


@pytest.mark.parametrize(
    ("attribute", "text", "value"),
    [
        (Integer("n", "N."), "", ""),
        (Integer("n", "N."), "-5", -5),
        (Integer("n", "N."), "9" * 5000, "9" * 5000),
        (Boolean("b", "B."), "1", True),
        (Boolean("b", "B."), "", False),
        (DAYS, "7", "7"),
        (Duration("d", "D."), "soon", "soon"),
        (Script("s", "S."), "a\r\nb", "a\nb"),
        (TO_USER, "", ""),
    ],
)
def test_whatever_the_instance_holds_can_be_shown(attribute: Attribute, text: str, value: Value) -> None:
    """Stored text that no file could ask for stays visible and breaks nothing."""
    assert attribute.decode(text) == value


@pytest.mark.parametrize(
    ("attribute", "schema"),
    [
        (Text("t", "T."), {"type": "string"}),
        (LooseText("t", "T."), {"type": ["string", "boolean", "integer"]}),
        (Url("t", "T."), {"type": "string", "pattern": "^$|^https?://"}),
        (WHOLE, {"type": "integer", "minimum": 1, "maximum": 31}),
        (Integer("n", "N."), {"type": "integer"}),
        (Boolean("b", "B."), {"type": "boolean"}),
        (DAYS, {"enum": ["monday", "tuesday"]}),
        (Duration("d", "D."), {"type": "string", "pattern": r"^\s*(\d+\s*[dhms]\s*)+$"}),
        (TimeOfDay("t", "T."), {"type": "string", "pattern": r"^([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?$"}),
        (DateTime("t", "T."), {"type": "string"}),
        (MEMBERS, {"type": "array", "items": {"type": "string"}, "uniqueItems": True}),
        (
            SECRET,
            {
                "type": "object",
                "minProperties": 1,
                "maxProperties": 1,
                "additionalProperties": {"type": "string"},
            },
        ),
    ],
)
def test_editors_are_told_what_may_be_written(attribute: Attribute, schema: dict[str, object]) -> None:
    """The JSON Schema of each type."""
    assert attribute.schema() == schema


def test_a_column_is_named_like_its_attribute_unless_told() -> None:
    """Most names are the platform's own."""
    assert (Text("email", "E.").column, Text("identity", "I.", "identity_type").column) == (
        "email",
        "identity_type",
    )


def test_trap_19_a_moment_in_another_zone_is_stored_in_utc() -> None:
    """The platform keeps UTC (tables.md 12.19)."""
    berlin = timezone(timedelta(hours=1))
    assert DateTime("t", "T.").parse(datetime(2026, 1, 1, tzinfo=berlin)) == "2025-12-31 23:00:00"


def test_a_list_of_references_is_one_text_whatever_its_order() -> None:
    """A glide_list holds sys_ids with commas between; the order means nothing."""
    refs = [RecordRef("b", "Beta"), RecordRef("a", "Acme"), RecordRef("b", "Beta")]
    assert TO_USERS.encode(together(refs)) == "a,b"
    assert TO_USERS.decode("b,a") == TO_USERS.decode("a,,b") == together(refs)


def test_a_list_of_references_shows_names_when_all_are_known() -> None:
    """Half of them would mislead, so then the sys_ids are shown."""
    known, unknown = RecordRef("a", "Acme"), RecordRef("b")
    assert (str(together([known])), str(together([known, unknown]))) == ("Acme", "a,b")


def test_an_empty_list_of_references_is_nothing() -> None:
    """As an empty column is."""
    assert (together([]), TO_USERS.decode(""), TO_USERS.encode("")) == ("", "", "")


@pytest.mark.parametrize("raw", [["jane", "jane"], [""], [5]])
def test_a_list_of_references_holds_each_name_once(raw: list[Any]) -> None:
    """As a set of members does."""
    with pytest.raises(ParseError):
        TO_USERS.parse(raw)

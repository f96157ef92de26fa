"""The law of attributes: what a file says comes back from the wire as it was understood."""

from datetime import datetime, time, timedelta, timezone
from typing import Any

from hypothesis import given, strategies as st

from snowconf.kinds import KINDS
from snowconf.kinds.attributes import (
    Attribute,
    Boolean,
    Choice,
    DateTime,
    Duration,
    Integer,
    LooseText,
    ParseError,
    Reference,
    Script,
    Text,
    TimeOfDay,
    Url,
)
from snowconf.kinds.targets import USER
from snowconf.model.value import RecordRef

CHOICES = [each for kind in KINDS.values() for each in kind.of_type(Choice)]
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
# A day from the ends of the calendar no zone leads beyond them.
EARLIEST, LATEST = datetime.fromisoformat("0001-01-03"), datetime.fromisoformat("9999-12-29")
AMOUNTS = st.integers(0, 99_999)
DURATIONS = st.lists(st.tuples(AMOUNTS, st.sampled_from("dhms")), min_size=1, max_size=6).map(
    lambda parts: " ".join(f"{amount}{unit}" for amount, unit in parts)
)
TIMES = st.tuples(st.times().map(lambda each: each.replace(microsecond=0)), st.booleans())
EVERY = (
    Text("a", "A."),
    Script("a", "A."),
    Integer("a", "A."),
    Boolean("a", "A."),
    Duration("a", "A."),
    TimeOfDay("a", "A."),
    DateTime("a", "A."),
    Url("a", "A."),
    Reference("a", "A.", target=USER),
    *CHOICES,
)


def assert_comes_back(attribute: Attribute, raw: Any) -> None:
    """Decoding what is encoded gives what was parsed."""
    value = attribute.parse(raw)
    assert attribute.decode(attribute.encode(value)) == value


def refusal(attribute: Attribute, raw: Any) -> str:
    """What the attribute says against it; nothing when it takes it, and then it comes back."""
    try:
        attribute.parse(raw)
    except ParseError as said:
        return str(said)
    assert_comes_back(attribute, raw)
    return ""


@given(st.text())
def test_text_comes_back(raw: str) -> None:
    """Every character of it."""
    assert_comes_back(Text("a", "A."), raw)


@given(st.text(alphabet="ab\r\n"))
def test_scripts_come_back_with_plain_line_ends(raw: str) -> None:
    """However the form or the file ends its lines."""
    assert_comes_back(Script("a", "A."), raw)


@given(st.one_of(st.text(), st.booleans(), st.integers()))
def test_loose_text_comes_back(raw: Any) -> None:
    """As text, whatever it was."""
    assert_comes_back(LooseText("a", "A."), raw)


@given(st.integers(-(10**18) + 1, 10**18 - 1))
def test_whole_numbers_come_back(raw: int) -> None:
    """Any that a column can hold."""
    assert_comes_back(Integer("a", "A."), raw)


@given(st.data(), st.sampled_from(CHOICES))
def test_choices_come_back(data: st.DataObject, attribute: Choice) -> None:
    """Every choice of every kind."""
    assert_comes_back(attribute, data.draw(st.sampled_from(list(attribute.choices))))


@given(DURATIONS)
def test_durations_come_back_or_are_refused(raw: str) -> None:
    """As whole seconds; those beyond the platform's calendar are refused in words."""
    said = refusal(Duration("a", "A."), raw)
    assert not said or "longer than the platform can store" in said


@given(AMOUNTS, AMOUNTS)
def test_durations_add_up(hours: int, minutes: int) -> None:
    """Written in two units or in one, it is the same length."""
    duration = Duration("a", "A.")
    assert duration.parse(f"{hours}h {minutes}m") == duration.parse(f"{hours * 60 + minutes}m")


@given(TIMES)
def test_times_of_day_come_back(drawn: tuple[time, bool]) -> None:
    """With seconds or without."""
    moment, short = drawn
    assert_comes_back(TimeOfDay("a", "A."), moment.isoformat()[: 5 if short else 8])


@given(st.datetimes(EARLIEST, LATEST, timezones=ZONES))
def test_moments_come_back_in_utc(raw: datetime) -> None:
    """Whatever zone they are written in, the stored text is the same moment."""
    attribute = DateTime("a", "A.")
    assert_comes_back(attribute, raw)
    stored = datetime.fromisoformat(f"{attribute.parse(raw)}+00:00")
    assert stored == raw.replace(microsecond=0)


@given(st.text(alphabet="0123456789abcdef", min_size=32, max_size=32))
def test_references_come_back(sys_id: str) -> None:
    """A resolved one as its sys_id, none as nothing."""
    attribute = Reference("a", "A.", target=USER)
    assert attribute.decode(attribute.encode(RecordRef(sys_id))) == RecordRef(sys_id)
    assert_comes_back(attribute, "")


@given(st.sampled_from(EVERY), st.text())
def test_any_stored_text_can_be_decoded(attribute: Attribute, text: str) -> None:
    """What the instance holds never breaks a plan."""
    assert attribute.decode(text) is not None


@given(
    st.sampled_from([Duration("a", "A."), TimeOfDay("a", "A."), DateTime("a", "A."), Url("a", "A.")]),
    st.text(),
)
def test_any_written_text_is_taken_or_refused_in_words(attribute: Attribute, text: str) -> None:
    """Nothing but a ParseError, and none without a sentence."""
    said = refusal(attribute, text)
    assert not said or len(said) > len(text)

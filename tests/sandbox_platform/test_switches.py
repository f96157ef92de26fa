import pytest

from snowconf.sandbox.switches import SWITCHES, Switch, Switches, parse


def test_unset_switches_have_their_default() -> None:
    """An instance that nobody switched has the first value of every switch."""
    assert {switch.name: Switches().get(switch.name) for switch in SWITCHES} == {
        switch.name: switch.values[0] for switch in SWITCHES
    }


def test_a_set_switch_has_its_value() -> None:
    """What was chosen is what is got, and only that changes."""
    switches = parse({"elevation": "off"})
    assert (switches.get("elevation"), switches.get("release")) == ("off", "zurich")


@pytest.mark.parametrize("switch", SWITCHES, ids=lambda switch: switch.name)
def test_every_switch_says_what_it_decides_and_where_that_is_known_from(switch: Switch) -> None:
    """A switch has at least two values, a sentence and a source."""
    assert len(switch.values) > 1
    assert switch.sentence.endswith(".")
    assert switch.source


def test_an_unknown_name_is_refused_with_a_guess() -> None:
    """A misspelt switch says which one was meant."""
    with pytest.raises(ValueError, match=r'There is no switch "elevaton"\. Did you mean "elevation"\?'):
        parse({"elevaton": "off"})


def test_an_unknown_value_is_refused_with_the_possible_ones() -> None:
    """A misspelt value says what the switch can be, and which was meant."""
    with pytest.raises(ValueError, match=r'it can be zurich, yokohama\. Did you mean "yokohama"\?'):
        parse({"release": "yokohma"})


def test_nothing_is_guessed_from_far_away() -> None:
    """A word that is like no switch brings no guess."""
    with pytest.raises(ValueError, match=r'There is no switch "qqqq"\.$'):
        parse({"qqqq": "on"})


def test_an_unknown_switch_cannot_be_asked_for() -> None:
    """Code that asks for a switch nobody declared fails at once."""
    with pytest.raises(KeyError):
        Switches().get("qqqq")

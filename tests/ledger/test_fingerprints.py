"""Fingerprints of secrets: what fits, what does not, and what nobody can learn from one."""

import base64

import pytest

from snowconf.ledger.fingerprints import fingerprint, fits

PLACE = {"column": "user_password", "sys_id": "a" * 32}
SECRET = "hunter2-correct-horse"


def test_the_secret_fits_its_fingerprint() -> None:
    """And no other does."""
    made = fingerprint(SECRET, **PLACE)
    assert (fits(made, SECRET, **PLACE), fits(made, "hunter3", **PLACE)) == (True, False)


@pytest.mark.parametrize("place", [{"column": "other"}, {"sys_id": "b" * 32}])
def test_a_fingerprint_is_of_one_column_of_one_record(place: dict[str, str]) -> None:
    """A record that was made anew never had the secret."""
    assert not fits(fingerprint(SECRET, **PLACE), SECRET, **{**PLACE, **place})


def test_equal_secrets_have_different_fingerprints() -> None:
    """Nobody learns from the ledger that two accounts share a password."""
    assert fingerprint(SECRET, **PLACE) != fingerprint(SECRET, **PLACE)


def test_the_secret_is_not_in_its_fingerprint() -> None:
    """Neither as it is nor encoded; scheme, salt and hash are."""
    made = fingerprint(SECRET, **PLACE)
    forms = (SECRET, base64.b64encode(SECRET.encode()).decode(), SECRET.encode().hex())
    assert [form for form in forms if form in made] == []
    assert [len(each) for each in made.split("$")] == [6, 22, 43]


@pytest.mark.parametrize("text", ["", "x", "scrypt$a", "scrypt$a$b", "scrypt$!$!", "scrypt$é$é", "md5$a$b"])
def test_what_is_no_fingerprint_fits_nothing(text: str) -> None:
    """A damaged one is none, and no error."""
    assert not fits(text, SECRET, **PLACE)


def test_any_text_can_be_a_secret() -> None:
    """Also one that is no valid Unicode, as an environment variable may be."""
    assert fits(fingerprint("a\udcff\0", **PLACE), "a\udcff\0", **PLACE)

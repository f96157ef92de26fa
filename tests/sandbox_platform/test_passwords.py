from collections.abc import Callable

import pytest

from snowconf.sandbox.storage.passwords import (
    KNOWN_AT_MOST,
    KnownCredentials,
    hash_password,
    is_hash,
    matches,
    seal,
    verify,
)
from snowconf.sandbox.storage.remembering import hold
from snowconf.sandbox.storage.store import Store
from tests.sandbox_platform.desk import Desk


@pytest.mark.parametrize("store_secret", [hash_password, seal])
def test_a_stored_secret_matches_only_itself(store_secret: Callable[[str], str]) -> None:
    """The right secret is recognised, another is not."""
    stored = store_secret("pä55 word")
    assert (matches(stored, "pä55 word"), matches(stored, "pä55 Word")) == (True, False)


def test_a_hash_has_the_length_of_the_platforms() -> None:
    """92 characters, so that it can be told from a password stored verbatim (wire-contract.md 6.5)."""
    assert len(hash_password("secret")) == 92


def test_the_same_secret_is_stored_differently_each_time() -> None:
    """Salted: equal secrets do not show as equal."""
    assert seal("secret") != seal("secret")


@pytest.mark.parametrize(
    "stored", ["", "secret", "$scrypt1$", "$scrypt1$%%%", "s1abcd", "$scrypt1$YWJj", "é"]
)
def test_text_that_is_no_hash_matches_nothing(stored: str) -> None:
    """A password stored verbatim lets nobody in, not even with the same text (wire-contract.md 6.5)."""
    assert (is_hash(stored), matches(stored, stored)) == (False, False)


def test_half_a_surrogate_pair_can_be_a_secret() -> None:
    """JSON can hold text that UTF-8 cannot; it is hashed all the same."""
    assert matches(hash_password("\ud800"), "\ud800")


def test_right_credentials_are_remembered() -> None:
    """Once right, a secret costs no hash again for the same stored value."""
    store, stored = Store(None), hash_password("secret")
    assert verify(store, stored, "secret")
    assert hold(store, KnownCredentials).has(stored, "secret")
    assert verify(store, stored, "secret")


def test_wrong_credentials_are_not_remembered() -> None:
    """A wrong secret stays wrong, and another stored value is another matter."""
    store, stored = Store(None), hash_password("secret")
    assert not verify(store, stored, "guess")
    assert not hold(store, KnownCredentials).has(stored, "guess")
    assert not hold(store, KnownCredentials).has(hash_password("secret"), "secret")


def test_the_memory_of_credentials_is_bounded() -> None:
    """It starts again before it grows without end."""
    known = KnownCredentials(Store(None))
    for number in range(KNOWN_AT_MOST + 1):
        known.add("stored", str(number))
    assert (known.has("stored", "0"), known.has("stored", str(KNOWN_AT_MOST))) == (False, True)


def test_the_file_holds_no_secret_in_clear(desk: Desk) -> None:
    """Passwords, client secrets and tokens are nowhere in the store, but for the platform's own verbatim password."""
    desk.user("joe", password="c4nary-password")
    desk.client(client_secret="c4nary-secret")
    token = desk.token(
        {
            "grant_type": "password",
            "username": "joe",
            "password": "c4nary-password",
            "client_secret": "c4nary-secret",
        }
    )
    dump = "\n".join(desk.store._connection.iterdump())
    secrets = ("c4nary-password", "c4nary-secret", token["access_token"], token["refresh_token"])
    assert [secret for secret in secrets if secret in dump] == []

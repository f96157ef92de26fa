"""Secrets of one run: what is known of them from the ledger, from this run, and what is passed on."""

import hmac
from concurrent.futures import ThreadPoolExecutor

import pytest

from snowconf.errors import SecretUnavailableError
from snowconf.ledger.fingerprints import fingerprint
from snowconf.ledger.keeping import LedgerKeeper
from snowconf.model.address import Address
from snowconf.model.ownership import Ledger
from snowconf.model.standing import Standing
from snowconf.model.value import SecretSource, SecretText
from tests.ledger.entries import SYS_ID, ledger, owned

USER = Address("user", "svc")
COLUMN = "user_password"
SOURCE = SecretSource("env", "P")
SECRET = "hunter2-correct-horse"
WRITTEN = ledger(owned(secrets={COLUMN: fingerprint(SECRET, column=COLUMN, sys_id=SYS_ID)}))


class Notes:
    """A journal that keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[Address, str, str]] = []

    def secret_written(self, address: Address, column: str, fingerprint: str) -> None:
        """One more."""
        self.told.append((address, column, fingerprint))


def keeper(
    known: Ledger | None = None, secret: str | None = SECRET, notes: Notes | None = None
) -> LedgerKeeper:
    """A keeper whose only secret is this one, or none."""

    def resolve(source: SecretSource) -> SecretText:
        if secret is None:
            raise SecretUnavailableError(f"{source.name} is not set")
        return SecretText(secret)

    return LedgerKeeper(known or ledger(), notes or Notes(), resolve)


def standing(of: LedgerKeeper, sys_id: str = SYS_ID, address: Address = USER) -> Standing:
    """How the secret of these tests stands."""
    return of.standing(address, COLUMN, SOURCE, sys_id)


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (keeper(), Standing.UNKNOWN),
        (keeper(WRITTEN), Standing.SAME),
        (keeper(WRITTEN, "rotated-since-then"), Standing.DIFFERS),
        (keeper(WRITTEN, None), Standing.UNAVAILABLE),
        (keeper(ledger(owned(secrets={COLUMN: ""}))), Standing.PENDING),
    ],
)
def test_a_secret_stands_as_the_ledger_says(of: LedgerKeeper, expected: Standing) -> None:
    """Never written, written, rotated, not to be had, begun."""
    assert standing(of) is expected


def test_another_record_is_another_secret() -> None:
    """The user was deleted and made anew: its password was never written."""
    assert standing(keeper(WRITTEN), "b" * 32) is Standing.UNKNOWN


def test_a_renamed_block_keeps_its_secret() -> None:
    """The record is the same, so nothing is written again."""
    assert standing(keeper(WRITTEN), address=Address("user", "new_label")) is Standing.SAME


def test_a_secret_that_was_begun_is_pending() -> None:
    """For this run and for the ledger."""
    of = keeper(WRITTEN)
    of.intend(USER, COLUMN, SYS_ID)
    assert (standing(of), of.fingerprints()) == (Standing.PENDING, {USER: {COLUMN: ""}})


def test_a_secret_that_was_written_is_known_and_noted() -> None:
    """For this run, in the journal, and for the ledger."""
    notes = Notes()
    of = keeper(notes=notes)
    of.intend(USER, COLUMN, SYS_ID)
    of.written(USER, COLUMN, SOURCE, SYS_ID)
    ((_, _, made),) = notes.told
    assert (standing(of), of.fingerprints()) == (Standing.SAME, {USER: {COLUMN: made}})


def test_what_was_not_written_is_not_passed_on() -> None:
    """The ledger keeps what it has."""
    assert keeper(WRITTEN).fingerprints() == {}


def test_comparing_ahead_saves_comparing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each fingerprint is compared once with the same secret."""
    of = keeper(WRITTEN)
    of.compare_ahead([(USER, COLUMN, SOURCE, SYS_ID)] * 3, workers=2)
    monkeypatch.setattr(hmac, "compare_digest", None)
    assert standing(of) is Standing.SAME


def test_threads_lose_nothing() -> None:
    """Many records written side by side are all remembered."""
    shared = keeper()
    addresses = [Address("user", f"svc{number}") for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda each: shared.written(each, COLUMN, SOURCE, each.label), addresses))
    assert {standing(shared, each.label, each) for each in addresses} == {Standing.SAME}
    assert set(shared.fingerprints()) == set(addresses)


def test_resolving_is_passed_on() -> None:
    """The keeper is where the engine asks for secrets."""
    assert keeper().resolve(SOURCE).reveal() == SECRET

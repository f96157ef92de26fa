"""Very many users at once, to see how clients fare at scale: a million in less than a minute."""

from datetime import timedelta

from snowconf.sandbox.acting.session import Session
from snowconf.sandbox.acting.stamping import create_row
from snowconf.sandbox.seed.demo.people import user_name
from snowconf.sandbox.seed.demo.words import LATEST, Words, read_words, stored
from snowconf.sandbox.storage.store import Row

ALL_IDS = 16**32
# Strides without a common factor with what they go through, so that every name comes up.
FIRST_STRIDE = 37
LAST_STRIDE = 53
SPREAD_S = 97


def fill_users(session: Session, count: int) -> None:
    """Add so many active users: invented names, spread over three years, none with a password or a role.

    Raises:
        UniqueViolationError: the store has such a crowd already.
    """
    words = read_words()
    plain = create_row(session, "sys_user", {})
    session.store.pour("sys_user", (plain | _person(words, number, count) for number in range(count)))


def _sys_id(number: int, count: int) -> str:
    """Evenly spread over all there are, in ascending order, which is the order that rows are kept in."""
    return f"{number * (ALL_IDS // count) + 0x5EED:032x}"


def _person(words: Words, number: int, count: int) -> Row:
    first_names, last_names = words["first_names"], words["last_names"]
    first = first_names[number * FIRST_STRIDE % len(first_names)]
    last = last_names[(number * LAST_STRIDE + number // len(last_names)) % len(last_names)]
    login = f"{user_name(first, last)}.{number + 1}"
    created = stored(LATEST - timedelta(seconds=number * SPREAD_S % 94_608_000))
    return {
        "sys_id": _sys_id(number, count),
        "user_name": login,
        "first_name": first,
        "last_name": last,
        "name": f"{first} {last}",
        "email": f"{login}@example.com",
        "employee_number": f"C{number + 1:07d}",
        "sys_created_on": created,
        "sys_updated_on": created,
    }

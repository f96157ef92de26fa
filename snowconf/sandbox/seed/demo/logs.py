"""What an instance writes down by itself: its log and its events."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from snowconf.sandbox.seed.demo.words import LATEST, Dice, Words, made, stored, users_of
from snowconf.sandbox.seed.entry import Entry

LINES = 960
EVENTS = 60
TABLES = ("incident", "sys_user", "task", "sys_import_set_row", "cmdb_ci", "sys_audit")
COLUMNS = ("u_region", "owner", "caller", "assignee")
EVENT_NAMES = ("incident.assigned", "incident.commented", "login", "logout", "user.view", "report.view")


def write_logs(words: Words, people: Sequence[Entry]) -> Iterator[Entry]:
    """Log lines and events of the last days, oldest first."""
    users, dice = users_of(people)[:60], Dice("log")
    at = LATEST - timedelta(days=6)
    for number in range(LINES):
        at += timedelta(seconds=dice.number(1, 1000))
        yield Entry(table="syslog", columns=_line(dice, words, users, number) | made("system", at))
    for number in range(EVENTS):
        user, moment = dice.pick(users), dice.moment(3)
        columns = {"name": dice.pick(EVENT_NAMES), "user_name": user, "parm1": user, "parm2": str(number)}
        done = {
            "state": "processed",
            "process_on": stored(moment),
            "processed": stored(moment + timedelta(seconds=2)),
        }
        yield Entry(table="sysevent", columns=made(user, moment) | columns | done)


def _line(dice: Dice, words: Words, users: list[str], number: int) -> dict[str, str]:
    level, source, message = dice.pick(words["log"])
    said = message.format(
        job=dice.pick(words["jobs"]),
        n=dice.number(2, 9000),
        table=dice.pick(TABLES),
        column=dice.pick(COLUMNS),
        user=dice.pick(users),
    )
    return {"level": level, "source": source, "message": said, "sequence": f"{0x18F000000 + number:x}"}

"""What is to be done in the demo data: incidents, problems, changes, requests, and what was written down about them."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from snowconf.sandbox.rules.tasks import PRIORITIES
from snowconf.sandbox.seed.demo.words import Dice, Words, made, stored, users_of
from snowconf.sandbox.seed.entry import Entry

INCIDENTS = 54
AGENTS = ("beth.anglin", "itil", "david.loo", "don.goodliffe", "fred.luddy")
RESOLUTIONS = ("Solution provided", "Workaround provided", "Resolved by caller", "User error", "Known error")
INCIDENT_STATES = ("1", "1", "2", "2", "2", "3", "6", "6", "7", "7", "7", "8")
PROBLEM_STATES = (
    "101",
    "101",
    "102",
    "102",
    "103",
    "103",
    "103",
    "104",
    "104",
    "106",
    "106",
    "107",
    "107",
    "107",
)
CHANGE_STATES = ("-5", "-5", "-4", "-3", "-2", "-2", "-1", "-1", "0", "3", "3", "3", "3", "4")
CHANGE_TYPES = ("normal", "normal", "standard", "emergency")
RESOLVED = frozenset({"6", "7"})


def assign(words: Words, people: Sequence[Entry]) -> Iterator[Entry]:
    """Tasks of every class, catalog items and articles."""
    callers = users_of(people)
    dice = Dice("incidents")
    yield from (_incident(dice, words, callers, number) for number in range(INCIDENTS))
    dice = Dice("problems")
    yield from (_problem(dice, problem, number) for number, problem in enumerate(words["problems"]))
    dice = Dice("changes")
    yield from (_change(dice, change, number) for number, change in enumerate(words["changes"]))
    yield from (_item(item) for item in words["items"])
    dice = Dice("requests")
    for number in range(15):
        yield from _request(dice, words, callers, number)
    dice = Dice("articles")
    yield from (_article(dice, title, number) for number, title in enumerate(words["articles"]))


def _level(dice: Dice) -> dict[str, str]:
    impact, urgency = dice.pick("1223333"), dice.pick("1223333")
    return {"impact": impact, "urgency": urgency, "priority": PRIORITIES[impact, urgency]}


def _incident(dice: Dice, words: Words, callers: list[str], number: int) -> Entry:
    short, category, group = words["incidents"][number % len(words["incidents"])]
    state, opened, agent, caller = (
        dice.pick(INCIDENT_STATES),
        dice.moment(240),
        dice.pick(AGENTS),
        dice.pick(callers),
    )
    done = opened + timedelta(minutes=dice.number(20, 6000))
    opener = caller if dice.happens(40) else agent
    columns = (
        made(opener, opened, done, dice.number(1, 9))
        | _level(dice)
        | {
            "sys_updated_by": agent,
            "number": f"INC{(61 if number < 30 else 8_971) + number:07d}",
            "short_description": short,
            "description": f"{short}. Reported by {caller.replace('.', ' ').title()}.",
            "category": category,
            "state": state,
            "incident_state": state,
            "active": "false" if state in {"7", "8"} else "true",
            "caller_id": f"@sys_user/{caller}",
            "opened_by": f"@sys_user/{opener}",
            "opened_at": stored(opened),
            "assignment_group": f"@sys_user_group/{group}",
            "assigned_to": "" if state == "1" else f"@sys_user/{agent}",
            "contact_type": dice.pick(("email", "phone", "self-service", "walk-in")),
            "hold_reason": "1" if state == "3" else "",
        }
    )
    return Entry(table="incident", columns=columns | _resolution(dice, state, stored(done), agent))


def _resolution(dice: Dice, state: str, done: str, agent: str) -> dict[str, str]:
    resolved = {
        "close_code": dice.pick(RESOLUTIONS),
        "close_notes": "Talked to the caller and checked that it works.",
        "resolved_at": done,
        "resolved_by": f"@sys_user/{agent}",
    }
    closed = {"closed_at": done, "closed_by": f"@sys_user/{agent}"}
    return (resolved if state in RESOLVED else {}) | (closed if state in {"7", "8"} else {})


def _problem(dice: Dice, problem: list[str], number: int) -> Entry:
    state, opened = PROBLEM_STATES[number], dice.moment(400)
    later = opened + timedelta(days=dice.number(1, 40))
    opener = dice.pick(("problem.manager", "problem.admin", "beth.anglin"))
    columns = (
        made(opener, opened, later, dice.number(1, 12))
        | _level(dice)
        | {
            "sys_updated_by": dice.pick(("problem.manager", "problem.admin", "david.loo")),
            "number": f"PRB{1 + number:07d}" if number < 8 else f"PRB{7_592 + number:07d}",
            "short_description": problem[0],
            "category": problem[1],
            "subcategory": problem[2],
            "state": state,
            "problem_state": state,
            "active": "false" if state == "107" else "true",
            "opened_by": f"@sys_user/{opener}",
            "opened_at": stored(opened),
            "assignment_group": "@sys_user_group/Problem Solving",
            "assigned_to": ""
            if state == "101"
            else f"@sys_user/{dice.pick(('problem.manager', 'david.loo'))}",
            "known_error": "true" if state == "104" else "false",
        }
    )
    solved = {
        "resolution_code": "fix_applied",
        "resolved_at": stored(later),
        "resolved_by": f"@sys_user/{opener}",
    }
    closed = {"closed_at": stored(later), "closed_by": f"@sys_user/{opener}"}
    more = (solved if state in {"106", "107"} else {}) | (closed if state == "107" else {})
    return Entry(table="problem", columns=columns | more)


def _change(dice: Dice, change: list[str], number: int) -> Entry:
    state, opened = CHANGE_STATES[number % len(CHANGE_STATES)], dice.moment(200)
    start = opened + timedelta(days=dice.number(3, 30))
    opener = dice.pick(("change.manager", "don.goodliffe", "fred.luddy", "david.loo"))
    columns = made(opener, opened, start, dice.number(1, 15)) | {
        "number": f"CHG{1 + number:07d}" if number < 12 else f"CHG{29_988 + number:07d}",
        "short_description": change[0],
        "category": change[1],
        "type": dice.pick(CHANGE_TYPES),
        "state": state,
        "active": "false" if state in {"3", "4"} else "true",
        "risk": dice.pick(("2", "3", "4", "4")),
        "requested_by": f"@sys_user/{opener}",
        "opened_by": f"@sys_user/{opener}",
        "opened_at": stored(opened),
        "start_date": stored(start),
        "end_date": stored(start + timedelta(hours=dice.number(1, 8))),
        "assignment_group": "@sys_user_group/Change Management",
        "assigned_to": f"@sys_user/{opener}",
    }
    end = {"close_code": "successful", "closed_at": stored(start), "closed_by": f"@sys_user/{opener}"}
    return Entry(table="change_request", columns=columns | (end if state == "3" else {}))


def _item(item: list[str]) -> Entry:
    name, category, price = item
    columns = {
        "name": name,
        "short_description": name,
        "price": price,
        "category": f"@sc_category/{category}",
    }
    return Entry(table="sc_cat_item", columns=columns | {"sc_catalogs": "@sc_catalog/Service Catalog"})


def _request(dice: Dice, words: Words, callers: list[str], number: int) -> Iterator[Entry]:
    caller, opened, item = dice.pick(callers), dice.moment(120), dice.pick(words["items"])
    closed = dice.happens(40)
    state = {"state": "3" if closed else "1", "active": "false" if closed else "true"}
    who = {
        "requested_for": f"@sys_user/{caller}",
        "opened_by": f"@sys_user/{caller}",
        "opened_at": stored(opened),
    }
    done = {"closed_at": stored(opened + timedelta(days=3)), "closed_by": "@sys_user/itil"} if closed else {}
    common = made(caller, opened, opened + timedelta(days=3), 2) | state | who | done
    request, wanted = f"REQ{1 + number:07d}", f"RITM{1 + number:07d}"
    decided = {"request_state": "closed_complete" if closed else "in_process", "price": item[2]}
    yield Entry(table="sc_request", columns=common | decided | {"number": request})
    about = {"number": wanted, "request": f"@sc_request/{request}", "cat_item": f"@sc_cat_item/{item[0]}"}
    yield Entry(
        table="sc_req_item", columns=common | about | {"short_description": item[0], "price": item[2]}
    )
    task = {"number": f"SCTASK{1 + number:07d}", "request_item": f"@sc_req_item/{wanted}"}
    told = {"request": f"@sc_request/{request}", "short_description": f"Provide {item[0]}"}
    columns = {name: value for name, value in common.items() if name != "requested_for"}
    yield Entry(
        table="sc_task", columns=columns | task | told | {"assignment_group": "@sys_user_group/Service Desk"}
    )


def _article(dice: Dice, title: str, number: int) -> Entry:
    written, author = dice.moment(900), dice.pick(AGENTS)
    columns = {
        "number": f"KB{1 + number:07d}",
        "short_description": title,
        "text": f"<p>{title}: the short way and the long way, with pictures.</p>",
        "author": f"@sys_user/{author}",
        "kb_knowledge_base": f"@kb_knowledge_base/{'Human Resources' if number % 6 == 5 else 'IT'}",
        "workflow_state": "published" if dice.happens(80) else "draft",
        "published": f"{written:%Y-%m-%d}",
        "sys_view_count": str(dice.number(0, 900)),
    }
    return Entry(table="kb_knowledge", columns=made(author, written, written, dice.number(0, 7)) | columns)

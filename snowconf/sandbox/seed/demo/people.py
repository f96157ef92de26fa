"""The people of the demo data: users, where they sit, which groups they are in, who may do what."""

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from snowconf.sandbox.seed.demo.words import Dice, Words, made, stored, users_of
from snowconf.sandbox.seed.entry import Entry

HOW_MANY = 560
# Besides those that demo.toml names; with them fourteen people are admins.
MORE_ADMINS = 10
DEPARTMENTS = (
    "Finance",
    "IT",
    "Development",
    "Sales",
    "HR",
    "Customer Support",
    "Product Management",
    "Legal",
)
COST_CENTERS = {"Finance": "Finance", "IT": "IT", "Development": "Engineering", "Sales": "Sales"}
REGIONS = {"USA": "North America", "Canada": "North America", "Mexico": "North America"}
ASIA = frozenset({"India", "Singapore", "Japan", "Australia", "New Zealand"})
GROUPS = {
    "Service Desk": 9,
    "Hardware": 6,
    "Software": 8,
    "Network": 6,
    "Database": 5,
    "CAB Approval": 5,
    "Change Management": 4,
    "Problem Solving": 5,
    "Incident Management": 4,
    "Openspace": 3,
    "Catalog Administrators": 3,
    "Knowledge Managers": 3,
    "User Administration": 3,
    "Report Owners": 3,
    "Windows Servers": 4,
    "Linux Servers": 5,
}


def complete(entry: Entry) -> Entry:
    """A known user with what follows from the rest; any other row as it is."""
    columns = entry.columns
    if entry.table != "sys_user":
        return entry
    name = f"{columns['first_name']} {columns['last_name']}"
    return replace(entry, columns={"name": name, "email": f"{columns['user_name']}@example.com", **columns})


def populate(words: Words) -> Iterator[Entry]:
    """Everybody whom demo.toml does not name, with their places, memberships and rights."""
    yield from (_place(place) for place in words["places"])
    staff = list(_staff(words))
    yield from staff
    names = users_of(staff)
    yield from _memberships(names)
    yield from (_grant(name, "admin") for name in names[:MORE_ADMINS])
    yield from (_grant(name, "itil") for name in names[5:45:4])
    yield from (_grant(name, "knowledge") for name in names[45:60:3])


def place_name(place: list[str]) -> str:
    """What a location is called: `18 Larimer Row, Denver`."""
    return f"{place[0]}, {place[1]}"


def _place(place: list[str]) -> Entry:
    street, city, state, code, country, zone = place
    name = place_name(place)
    return Entry(
        table="cmn_location",
        columns={
            "name": name,
            "full_name": f"{country}/{name}",
            "street": street,
            "city": city,
            "state": state,
            "zip": code,
            "country": country,
            "time_zone": zone,
            "company": f"@core_company/{_company(country)}",
        },
    )


def _company(country: str) -> str:
    region = REGIONS.get(country) or ("Asia Pacific" if country in ASIA else "Europe")
    return f"Northwind Harbor {region}"


def _staff(words: Words) -> Iterator[Entry]:
    dice = Dice("people")
    pairs = [(first, last) for first in words["first_names"] for last in words["last_names"]]
    chosen = dice.sample(pairs, HOW_MANY)
    for number, (first, last) in enumerate(chosen):
        manager = user_name(*chosen[number // 9]) if number >= 9 else "david.loo"
        yield Entry(table="sys_user", columns=_person(dice, words, (first, last), manager))


def user_name(first: str, last: str) -> str:
    """What they log in as: `soren.ekstrom`."""
    plain = unicodedata.normalize("NFKD", f"{first}.{last}").encode("ascii", "ignore")
    return plain.decode().lower()


def _person(dice: Dice, words: Words, names: tuple[str, str], manager: str) -> dict[str, str]:
    place, department, login = dice.pick(words["places"]), dice.pick(DEPARTMENTS), user_name(*names)
    hired = dice.moment(1500)
    gone = dice.happens(4)
    return made(dice.pick(("admin", "david.loo", "glide.maint")), hired, hired + timedelta(days=2), 3) | {
        "user_name": login,
        "first_name": names[0],
        "last_name": names[1],
        "name": " ".join(names),
        "email": f"{login}@example.com",
        "title": dice.pick(words["titles"]),
        "department": f"@cmn_department/{department}",
        "cost_center": f"@cmn_cost_center/{COST_CENTERS[department]}" if department in COST_CENTERS else "",
        "company": f"@core_company/{_company(place[4])}",
        "location": f"@cmn_location/{place_name(place)}",
        "city": place[1],
        "state": place[2],
        "manager": f"@sys_user/{manager}",
        "employee_number": f"E{dice.digits(5)}",
        "phone": f"({dice.number(201, 989)}) 555-0{dice.number(100, 199)}",
        "mobile_phone": f"({dice.number(201, 989)}) 555-0{dice.number(100, 199)}" if dice.happens(2) else "",
        "time_zone": place[5] if dice.happens(30) else "",
        "active": "false" if gone else "true",
        "locked_out": "true" if gone and dice.happens(50) else "false",
        "last_login_time": "" if gone else stored(dice.moment(40)),
        "vip": "true" if dice.happens(3) else "false",
    }


def _memberships(names: list[str]) -> Iterator[Entry]:
    dice = Dice("groups")
    for group, count in GROUPS.items():
        members = {"beth.anglin", *dice.sample(names[:80], count - 1)}
        yield from (_member(name, group) for name in sorted(members))


def _member(name: str, group: str) -> Entry:
    pair = {"user": f"@sys_user/{name}", "group": f"@sys_user_group/{group}"}
    return Entry(table="sys_user_grmember", columns=pair)


def _grant(name: str, role: str) -> Entry:
    pair = {"user": f"@sys_user/{name}", "role": f"@sys_user_role/{role}"}
    return Entry(table="sys_user_has_role", columns=pair)

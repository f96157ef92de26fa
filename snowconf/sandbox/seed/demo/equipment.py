"""What the people of the demo data work with: models, computers, servers, services, and how they hang together."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from snowconf.sandbox.seed.demo.people import place_name
from snowconf.sandbox.seed.demo.words import Dice, Words, made, stored, users_of
from snowconf.sandbox.seed.entry import Entry

LAPTOPS = 70
SERVERS = 24
SWITCHES = 8
OPERATING_SYSTEMS = {"cmdb_ci_linux_server": "Linux Red Hat", "cmdb_ci_win_server": "Windows 2022 Standard"}
PREFIXES = {"cmdb_ci_linux_server": "lnx", "cmdb_ci_win_server": "win"}
SUPPORT = {"cmdb_ci_linux_server": "Linux Servers", "cmdb_ci_win_server": "Windows Servers"}
SERVICE = "cmdb_ci_service"
DEPENDS_ON = "@cmdb_rel_type/Depends on::Used by"
RUNS_ON = "@cmdb_rel_type/Runs on::Runs"


def equip(words: Words, people: Sequence[Entry]) -> Iterator[Entry]:
    """Models, configuration items with their assets, and relationships between them."""
    dice = Dice("equipment")
    yield from (_model(dice, model) for model in words["models"])
    for number in range(LAPTOPS):
        yield from _laptop(dice, words, users_of(people)[number * 3], number)
    servers = [_server(dice, words, number) for number in range(SERVERS)]
    services = [_service(dice, service) for service in words["services"]]
    databases = [_database(dice, number) for number in range(6)]
    yield from (*servers, *services, *databases)
    yield from (_switch(dice, words, number) for number in range(SWITCHES))
    yield from _relations(dice, servers, services, databases)


def _model(dice: Dice, model: list[str]) -> Entry:
    name, maker, _ = model
    columns = {"name": name, "display_name": name, "manufacturer": f"@core_company/{maker}"}
    return Entry(table="cmdb_model", columns=columns | {"model_number": f"M-{dice.digits(4)}"})


def _bought(dice: Dice) -> tuple[datetime, dict[str, str]]:
    bought = dice.moment(1200)
    columns = {
        "purchase_date": f"{bought:%Y-%m-%d}",
        "install_date": stored(bought + timedelta(days=9)),
        "warranty_expiration": f"{bought + timedelta(days=1095):%Y-%m-%d}",
        "serial_number": f"{dice.pick('BFLN')}{dice.digits(7)}",
    }
    return bought, columns


def _laptop(dice: Dice, words: Words, user: str, number: int) -> Iterator[Entry]:
    model = dice.pick(words["models"][:3])
    bought, common = _bought(dice)
    common |= {
        "asset_tag": f"P{1000 + number}",
        "assigned_to": f"@sys_user/{user}",
        "location": f"@cmn_location/{place_name(dice.pick(words['places']))}",
        "vendor": "@core_company/Lindqvist Computers",
    }
    shown = f"P{1000 + number} - {model[0]}"
    system = made(
        dice.pick(("admin", "beth.anglin", "don.goodliffe")), bought, bought + timedelta(days=30), 2
    )
    computer = (
        system
        | common
        | {
            "name": f"{model[0].split()[1].upper()}-{1000 + number}",
            "model_id": f"@cmdb_model/{model[0]}",
            "manufacturer": f"@core_company/{model[1]}",
            "asset": f"@alm_hardware/{shown}",
            "os": dice.pick(("Windows 11", "Windows 10", "macOS 14")),
            "ram": dice.pick(("16384", "32768")),
            "disk_space": dice.pick(("512", "1024")),
            "cpu_count": "1",
            "cpu_core_count": dice.pick(("8", "10", "12")),
            "form_factor": "Laptop",
            "discovery_source": "Manual Entry",
        }
    )
    asset = {
        "display_name": shown,
        "model": f"@cmdb_model/{model[0]}",
        "cost": dice.pick(("1100", "1480", "2200")),
    }
    yield Entry(table="cmdb_ci_computer", columns=computer)
    yield Entry(table="alm_hardware", columns=system | common | asset)


def _server(dice: Dice, words: Words, number: int) -> Entry:
    table = dice.pick(tuple(PREFIXES))
    bought, common = _bought(dice)
    name = f"{PREFIXES[table]}-{dice.pick(('app', 'web', 'db', 'file'))}-{number + 1:02d}"
    model = words["models"][3 if table == "cmdb_ci_linux_server" else 4]
    return Entry(
        table=table,
        columns=made("admin", bought, dice.moment(30), dice.number(1, 40))
        | common
        | {
            "name": name,
            "host_name": name,
            "short_description": f"{OPERATING_SYSTEMS[table]} server",
            "fqdn": f"{name}.northwindharbor.example.com",
            "dns_domain": "northwindharbor.example.com",
            "ip_address": f"10.20.{dice.number(1, 8)}.{number + 10}",
            "os": OPERATING_SYSTEMS[table],
            "os_version": dice.pick(("8.9", "9.3")) if table == "cmdb_ci_linux_server" else "10.0.20348",
            "ram": dice.pick(("32768", "65536", "131072")),
            "cpu_count": dice.pick(("2", "4")),
            "model_id": f"@cmdb_model/{model[0]}",
            "manufacturer": f"@core_company/{model[1]}",
            "support_group": f"@sys_user_group/{SUPPORT[table]}",
            "used_for": dice.pick(("Production", "Production", "Test", "Development")),
            "operational_status": "1" if dice.happens(90) else "2",
            "location": f"@cmn_location/{place_name(dice.pick(words['places'][:9]))}",
        },
    )


def _service(dice: Dice, service: list[str]) -> Entry:
    columns = {
        "name": service[0],
        "busines_criticality": service[1],
        "service_status": "operational",
        "owned_by": f"@sys_user/{dice.pick(('david.loo', 'natasha.ingram', 'fred.luddy'))}",
        "support_group": f"@sys_user_group/{dice.pick(('Service Desk', 'Software', 'Network'))}",
    }
    return Entry(table=SERVICE, columns=made("admin", dice.moment(1400), dice.moment(200), 5) | columns)


def _database(dice: Dice, number: int) -> Entry:
    name = f"{('orders', 'payroll', 'portal', 'sheets', 'files', 'reporting')[number]}@db-{number + 1:02d}"
    columns = {
        "name": name,
        "type": dice.pick(("PostgreSQL", "MySQL")),
        "support_group": "@sys_user_group/Database",
    }
    return Entry(table="cmdb_ci_db_instance", columns=made("don.goodliffe", dice.moment(900)) | columns)


def _switch(dice: Dice, words: Words, number: int) -> Entry:
    bought, common = _bought(dice)
    place, model = words["places"][number], words["models"][5]
    columns = {
        "name": f"sw-{place[1].lower().replace(' ', '-')}-{number + 1:02d}",
        "ip_address": f"10.1.{number}.1",
        "ports": "48",
        "device_type": "Switch",
        "short_description": "Access switch",
        "model_id": f"@cmdb_model/{model[0]}",
        "manufacturer": f"@core_company/{model[1]}",
        "support_group": "@sys_user_group/Network",
        "location": f"@cmn_location/{place_name(place)}",
    }
    return Entry(table="cmdb_ci_netgear", columns=made("admin", bought) | common | columns)


def _relations(
    dice: Dice, servers: list[Entry], services: list[Entry], databases: list[Entry]
) -> Iterator[Entry]:
    for service, database in zip(services, databases, strict=False):
        yield _relation(service, database, DEPENDS_ON)
    for service in services:
        yield from (_relation(service, server, DEPENDS_ON) for server in dice.sample(servers, 2))
    for database in databases:
        yield _relation(database, dice.pick(servers), RUNS_ON)


def _relation(parent: Entry, child: Entry, kind: str) -> Entry:
    ends = {"parent": f"@{parent.table}/{parent.name}", "child": f"@{child.table}/{child.name}"}
    return Entry(table="cmdb_rel_ci", columns=ends | {"type": kind})

"""Data sources: where an import takes its rows from (tables.md 6.3)."""

import re
from collections.abc import Iterator, Mapping

from snowconf.kinds import writers
from snowconf.kinds.attributes import Boolean, Choice, Integer, Reference, Script, Secret, Text
from snowconf.kinds.choices import choices_of
from snowconf.kinds.findings import ATTACHED_FILE, PASSWORD_IN_ADDRESS, SOURCE_IGNORED
from snowconf.kinds.kind import Kind
from snowconf.kinds.reading import text_of
from snowconf.kinds.targets import ALIAS, MID_SERVER
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.state import Resource

TABLE = "sys_data_source"
# What each type looks at, among the attributes that only some look at.
HEEDED: Mapping[str, tuple[str, ...]] = {
    "File": (
        "file_retrieval_method",
        "file_path",
        "zipped",
        "header_row",
        "sheet_number",
        "sheet_name",
        "csv_delimiter",
        "scp_server",
        "scp_port",
        "scp_user_name",
        "scp_password",
    ),
    "JDBC": (
        "jdbc_server",
        "jdbc_user_name",
        "jdbc_password",
        "database_name",
        "database_port",
        "table_name",
        "query",
        "sql_statement",
        "query_timeout",
    ),
    "CUSTOM": ("data_loader",),
}
# user:password@host, and password=… among the parameters of a driver.
WITH_PASSWORD = re.compile(r"//[^/@\s:]*:[^/@\s]+@|(password|passwd|pwd|secret)\s*=\s*[^;&\s]", re.IGNORECASE)
CHOOSY = tuple(name for heeded in HEEDED.values() for name in heeded)


def ignored_attribute(resource: Resource) -> Iterator[Diagnostic]:
    """Attributes that a source of the written type does not look at."""
    kind = text_of(resource, "type")
    for name in CHOOSY if kind else ():
        if name in resource.attributes and name not in HEEDED.get(kind, ()):
            yield SOURCE_IGNORED.at(
                resource,
                name,
                f"A data source with type = '{kind}' does not look at {name}. Take it out, or choose the type that it "
                "belongs to.",
            )


def attached_file(resource: Resource) -> Iterator[Diagnostic]:
    """The address of an attachment names the source's own sys_id, which another instance does not have."""
    if text_of(resource, "connection_url").startswith("attachment:"):
        yield ATTACHED_FILE.at(
            resource,
            "connection_url",
            "The address names an attachment of the data source itself, by a sys_id of one instance. Take connection_url "
            "out; the platform writes it when a file is attached.",
        )


def password_in_address(resource: Resource) -> Iterator[Diagnostic]:
    """An address that lets whoever reads it in; what was written is not repeated."""
    if masked(resource):
        yield PASSWORD_IN_ADDRESS.at(
            resource,
            "connection_url",
            "The address holds a user's password, and an address is stored and shown in clear. Take it out, and write "
            'jdbc_password = { env = "NAME" }, or name a connection_alias that has a credential.',
        )


def masked(resource: Resource) -> frozenset[str]:
    """The address, when it holds a password."""
    telling = WITH_PASSWORD.search(text_of(resource, "connection_url"))
    return frozenset({"connection_url"}) if telling else frozenset()


DATA_SOURCE = Kind(
    name="data_source",
    table=TABLE,
    masked=masked,
    doc="A data source: where an import takes its rows from, and the table it puts them into.",
    key=("name",),
    attributes=(
        Text("name", "The source's name; the platform allows two of one name, snowconf does not."),
        Text("import_set_table_name", "The import set table that rows are put into.", required=True),
        Text("import_set_table_label", "The label of that table, which the platform makes if there is none."),
        Choice("type", "What kind of source it is.", choices=choices_of(TABLE, "type")),
        Choice("format", "How the rows are written.", choices=choices_of(TABLE, "format")),
        Choice(
            "file_retrieval_method",
            "How a file is fetched.",
            choices=choices_of(TABLE, "file_retrieval_method"),
        ),
        Text("file_path", "The path of the file."),
        Boolean("zipped", "The file is a zip archive."),
        Integer("header_row", "The row that holds the names of columns.", minimum=0),
        Integer("sheet_number", "The number of the sheet of a workbook.", minimum=1),
        Text("sheet_name", "The name of the sheet of a workbook."),
        Text("csv_delimiter", "What stands between values."),
        Text("xpath_root_node", "The path of each row in XML."),
        Text("jpath_root_node", "The path of each row in JSON."),
        Script("parsing_script", "A script that takes rows out of what was loaded."),
        Script("data_loader", "A script that loads the rows, for type = 'CUSTOM'."),
        Text("scp_server", "The server that a file is fetched from."),
        Text("scp_port", "The port of that server."),
        Text("scp_user_name", "Who logs in there."),
        Secret("scp_password", "The password for that server."),
        Text("jdbc_server", "The server of a database."),
        Text("jdbc_user_name", "Who logs in to the database."),
        Secret("jdbc_password", "The password for the database."),
        Text("database_name", "The name of the database."),
        Text("database_port", "The port of the database."),
        Text("table_name", "The table of the database that is loaded."),
        Choice(
            "query",
            "Whether a whole table is loaded or a statement decides.",
            choices=choices_of(TABLE, "query"),
        ),
        Script("sql_statement", "The statement that is loaded."),
        Integer("query_timeout", "Seconds a query may take; 0 means any time.", minimum=0),
        Text("connection_url", "The address of the source, when it has one."),
        Integer("connection_timeout", "Seconds that connecting may take; 0 means any time.", minimum=0),
        Reference("connection_alias", "The alias whose connection and credential are used.", target=ALIAS),
        Reference("mid_server", "The MID server that fetches the rows.", target=MID_SERVER),
        Integer("batch_size", "How many rows are loaded at once.", minimum=1),
        Boolean("use_last_run_datetime", "Only rows that changed since the last run are loaded."),
        Text("last_run_database_field", "The column of the database that tells when a row changed."),
    ),
    checks=(ignored_attribute, attached_file, password_in_address),
    writers=writers.IMPORTS,
)

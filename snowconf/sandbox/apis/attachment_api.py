"""The Attachment API: files of records, for whoever may see and change the records (wire-contract.md recorded 05, 16).

Facts that are not recorded come from the vendor's page on this API; see docs/platform.md.
"""

import json
import re
from collections.abc import Mapping
from urllib.parse import quote

from snowconf.dictionary import get_table
from snowconf.sandbox.answers.answering import as_header, failure, file_answer, no_record, nothing, result
from snowconf.sandbox.answers.call import Call, Handler
from snowconf.sandbox.answers.negotiating import MAX_FILE, read_method, refuse_accept, refuse_length
from snowconf.sandbox.answers.querying import (
    compile_query,
    list_headers,
    make_compiler,
    refuse_query,
    rows_of,
)
from snowconf.sandbox.answers.shaping import Shaped
from snowconf.sandbox.queries.compiling import Named
from snowconf.sandbox.storage import settings
from snowconf.sandbox.storage.release import find_installed
from snowconf.sandbox.storage.store import Row, Selection
from snowconf.sandbox.wire import multipart
from snowconf.sandbox.wire.decoding import UnreadableBodyError, clean, decode
from snowconf.sandbox.wire.refusals import Operation, Search, by_acl
from snowconf.sandbox.wire.requests import Answer
from snowconf.sandbox.writing import attachments, glide
from snowconf.sandbox.writing.attachments import TABLE, File

DEFAULT_LIMIT = 1000
EXTENSIONS = "glide.attachment.extensions"
MAX_SIZE_MB = "com.glide.attachment.max_size"
UNKNOWN_TYPE = "application/octet-stream"
_TYPE = re.compile(r"[\w.+*-]+/[\w.+*-]+(?:;[\w =.+\"-]*)?", re.ASCII)


def answer(call: Call) -> Answer:
    """The answer to a caller who is known."""
    handlers = _handlers(call.steps)
    handler = handlers.get(read_method(call.request))
    if not handlers:
        return failure(400, "Requested URI does not represent any resource", None)
    if handler is None:
        allowed = (("Allow", ", ".join(handlers)),)
        return failure(405, "Method not supported", "The resource does not support this method.", allowed)
    return refuse_accept(call.request) or _answer(call, handler)


def _handlers(steps: tuple[str, ...]) -> Mapping[str, Handler]:
    match steps:
        case ():
            return {"GET": list_files, "HEAD": list_files}
        case ("file",):
            return {"POST": post_file}
        case ("upload",):
            return {"POST": upload}
        case (_,):
            return {"GET": describe, "HEAD": describe, "PATCH": rename, "DELETE": remove}
        case (_, "file"):
            return {"GET": download, "HEAD": download}
        case _:
            return {}


def _answer(call: Call, handler: Handler) -> Answer:
    try:
        with call.session.store.transaction():
            return handler(call)
    except UnreadableBodyError:
        return failure(400, "Exception while reading request", "The payload is not valid JSON.")
    except glide.Aborted as aborted:
        return failure(403, aborted.message, aborted.detail)


# -- reading


def list_files(call: Call) -> Answer:
    """GET of what describes many files: those of records that the caller may see."""
    parameters = call.parameters
    compiled = compile_query(call, TABLE, make_compiler(call, TABLE, _may_search))
    refused = refuse_query(call, compiled)
    if refused is not None:
        return refused
    where = rows_of(call, compiled)
    limit = parameters.limit if call.request.parameter("sysparm_limit") else DEFAULT_LIMIT
    selection = Selection(
        table=TABLE,
        columns=tuple(get_table(TABLE).columns),
        where=where,
        order=compiled.order,
        limit=limit,
        offset=parameters.offset,
    )
    rows = [row for row in call.session.store.select(selection) if _may(call, "read", row)]
    return result(200, [_show(call, row) for row in rows], list_headers(call, TABLE, where, limit))


def describe(call: Call) -> Answer:
    """GET of what describes one file."""
    row = _find(call)
    return no_record() if row is None else result(200, _show(call, row))


def download(call: Call) -> Answer:
    """GET of a file's bytes, with its description in a header."""
    row = _find(call)
    if row is None:
        return no_record()
    described = json.dumps(_show(call, row))
    disposition = f"attachment;filename*=UTF-8''{quote(row['file_name'], safe='')}"
    extra = (("X-Attachment-Metadata", described), ("Content-Disposition", disposition))
    return file_answer(
        attachments.read(call.session.store, row["sys_id"]), _media_type(row["content_type"]), extra
    )


def _may_search(_search: Search, named: Named) -> bool:
    """Who may ask for files may ask by any of their columns; the rows are looked at one by one."""
    return named[0] == TABLE


def _find(call: Call) -> Row | None:
    row = call.session.store.get(TABLE, call.table)
    return row if row and _may(call, "read", row) else None


def _may(call: Call, operation: Operation, row: Row) -> bool:
    """What the caller may do with a file: what it may do with the record, or with all files."""
    record = _find_record(call, row["table_name"], row["table_sys_id"])
    if record is None:
        return call.access.may(operation, TABLE, row)
    return call.access.may(operation, row["table_name"], record)


def _find_record(call: Call, table: str, sys_id: str) -> Row | None:
    known = find_installed(call.session.switches, table)
    return call.session.store.get(table, sys_id) if known else None


def _show(call: Call, row: Row) -> dict[str, Shaped]:
    columns: dict[str, Shaped] = {name: row[name] for name in get_table(TABLE).columns}
    return columns | {"download_link": _link(call, row)}


def _link(call: Call, row: Row) -> str:
    return f"{call.request.host}{call.root}/attachment/{row['sys_id']}/file"


def _media_type(text: str) -> str:
    """The file's type as a header can hold it: nobody's text ends the header or makes the file a page of ours."""
    return text if _TYPE.fullmatch(text) else UNKNOWN_TYPE


# -- writing


def post_file(call: Call) -> Answer:
    """POST of a file's bytes; the parameters say whose it is."""
    request = call.request
    names = ("table_name", "table_sys_id", "file_name")
    given = {name: request.parameter(name) for name in names}
    missing = [name for name, value in given.items() if not value]
    if missing:
        return failure(400, f"Missing parameter(s): {', '.join(missing)}", None)
    if not request.header("content-type"):
        return failure(400, "Missing content-type header", None)
    file = File(
        table=given["table_name"],
        sys_id=given["table_sys_id"],
        name=given["file_name"],
        content_type=clean(request.header("content-type")),
        data=request.body,
    )
    return _store(call, file)


def upload(call: Call) -> Answer:
    """POST of a form: the parts before the file say whose it is."""
    parts = multipart.split(call.request.header("content-type"), call.request.body)
    values = {part.name: part.data.decode("utf-8", errors="replace").strip() for part in parts[:-1]}
    if not parts or not values.get("table_name") or not values.get("table_sys_id"):
        return failure(
            400, "Failed to create the attachment", "table_name, table_sys_id and a file are required"
        )
    last = parts[-1]
    file = File(
        table=values["table_name"],
        sys_id=values["table_sys_id"],
        name=clean(last.file_name or last.name),
        content_type=clean(last.content_type or UNKNOWN_TYPE),
        data=last.data,
    )
    return _store(call, file)


def _store(call: Call, file: File) -> Answer:
    record = _find_record(call, file.table, file.sys_id)
    if record is None or not call.access.may("read", file.table, record):
        return no_record()
    if not call.access.may("write", file.table, record):
        raise by_acl("create")
    refused = _refuse_file(call, file)
    if refused is not None:
        return refused
    row = attachments.attach(call.session, file)
    location = as_header(_link(call, row))
    return result(201, _show(call, row), (("Location", location),))


def _refuse_file(call: Call, file: File) -> Answer | None:
    """What the properties about attachments do not let in."""
    store = call.session.store
    allowed = (settings.find_setting(store, EXTENSIONS) or "").replace(" ", "").lower().split(",")
    if any(allowed) and file.name.rpartition(".")[2].lower() not in allowed:
        return failure(400, "Failed to create the attachment", "The type of the file is not allowed")
    megabytes = settings.find_setting(store, MAX_SIZE_MB) or ""
    most = int(megabytes) * 1_048_576 if megabytes.isdecimal() and len(megabytes) < 6 else MAX_FILE
    return refuse_length(call.request, min(most, MAX_FILE))


def rename(call: Call) -> Answer:
    """PATCH: a file can be given another name, and nothing else."""
    row, name = _find(call), decode(call.request.body).get("file_name", "")
    if row is None:
        return no_record()
    if not name:
        return failure(400, "Missing parameter(s): file_name", None)
    if not _may(call, "write", row):
        raise by_acl("write")
    attachments.rename(call.session, row, name)
    return nothing()


def remove(call: Call) -> Answer:
    """DELETE of a file, by whoever may change the record."""
    row = _find(call)
    if row is None:
        return no_record()
    if not _may(call, "write", row):
        raise by_acl("delete")
    attachments.discard(call.session, row)
    return nothing()

"""Taking the XML of an update set into a sandbox: loaded, previewed, and committed when the preview found nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from snowconf.cli.embedding import opened
from snowconf.cli.exit_codes import ExitCode
from snowconf.cli.export_options import ImportSetOptions
from snowconf.cli.refusals import MisusedError, NotImportedError
from snowconf.cli.serving import admin_password
from snowconf.cli.session import Session
from snowconf.errors import InstanceError
from snowconf.model.connection import BasicAuth, InstanceSettings
from snowconf.model.origin import Origin
from snowconf.model.plan_json import Document
from snowconf.model.query import where
from snowconf.model.value import SecretSource, SecretText
from snowconf.report.page import counted, flow, paragraph
from snowconf.report.styled import Lines, Span, Style
from snowconf.sandbox.instance import ADMIN
from snowconf.sandbox.update_sets.committing import commit
from snowconf.sandbox.update_sets.documents import UnreadableDocumentError
from snowconf.sandbox.update_sets.loading import load, updates_of
from snowconf.sandbox.update_sets.previewing import preview
from snowconf.servicenow.opening import open_instance
from snowconf.servicenow.table_api import TableApi

SETS = "sys_remote_update_set"
COUNTS = ("inserted", "updated", "deleted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What stands against an update, or refused it; without an update what is said of all."""

    update: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """How far a set has got: `counts` are of records inserted, updated and deleted, None when it was not committed."""

    name: str
    updates: int
    problems: Sequence[Trouble]
    counts: Sequence[int] | None = None
    refused: Sequence[Trouble] = ()


def import_set(options: ImportSetOptions, session: Session) -> ExitCode:
    """Load, preview, commit; with problems nothing is committed unless that is forced.

    Raises:
        NotImportedError: the file is no exported update set, or its preview found problems.
        NoDatabaseError: there is no sandbox in the file.
        InstanceError: the sandbox that is served did not answer as one.
    """
    data = options.file.read_bytes()
    taken = _bring(data, options, session) if options.url else _take(data, options)
    session.show(_lines(taken, session.page.width), _document(taken))
    if taken.counts is None and not options.preview_only:
        raise NotImportedError(
            f"The preview found {counted(len(taken.problems), 'problem')}, so nothing was committed. Where records are missing, "
            "apply what makes them first; where the instance was changed since, export the set again. --force commits it all "
            "the same."
        )
    return ExitCode.FAILED if taken.refused else ExitCode.DONE


def _is_wanted(options: ImportSetOptions, problems: Sequence[object]) -> bool:
    return not options.preview_only and (options.force or not problems)


# -- into a file


def _take(data: bytes, options: ImportSetOptions) -> Taken:
    with opened(options) as sandbox, sandbox.act_as(ADMIN) as acting:
        try:
            loaded = load(acting, data)
        except UnreadableDocumentError as error:
            raise NotImportedError(
                f"{options.file} is no exported update set: {error}. Nothing was written."
            ) from None
        found = preview(acting, loaded["sys_id"])
        problems = [Trouble(update=each.update["name"], words=each.description) for each in found]
        updates = len(updates_of(acting, loaded["sys_id"]))
        if not _is_wanted(options, problems):
            return Taken(name=loaded["name"], updates=updates, problems=problems)
        done = commit(acting, loaded["sys_id"], force=options.force)
    return Taken(
        name=loaded["name"],
        updates=updates,
        problems=problems,
        counts=(done.inserted, done.updated, done.deleted),
        refused=[Trouble(update=row["name"], words=why) for row, why in done.failures],
    )


# -- to a sandbox that is served


def _bring(data: bytes, options: ImportSetOptions, session: Session) -> Taken:
    if options.database:
        raise MisusedError("--db and --url name two sandboxes. Leave one of them out.")
    password = SecretText(admin_password(options.admin_password_env, session.environ))
    auth = BasicAuth(username=ADMIN, password=SecretSource("env", options.admin_password_env or "admin"))
    settings = InstanceSettings(name=options.url, url=options.url, origin=Origin("--url", 1), auth=auth)
    with open_instance(settings, lambda _: password) as instance:
        try:
            return _brought(instance, data, options)
        except InstanceError as error:
            error.add_note(
                f"This is about the sandbox at {options.url}. Does it run, and is {options.file} an update set?"
            )
            raise


def _brought(instance: TableApi, data: bytes, options: ImportSetOptions) -> Taken:
    sys_id = instance.upload_set(data)
    instance.preview_set(sys_id)
    names = {
        row["sys_id"]: row["name"]
        for row in instance.list_rows("sys_update_xml", where(remote_update_set=sys_id), ["name"]).rows
    }
    found = instance.list_rows(
        "sys_update_preview_problem", where(remote_update_set=sys_id), ["remote_update", "description"]
    )
    problems = [
        Trouble(update=names.get(row["remote_update"], ""), words=row["description"]) for row in found.rows
    ]
    is_wanted = _is_wanted(options, problems)
    error = instance.commit_set(sys_id, force=options.force) if is_wanted else ""
    (row,) = instance.list_rows(SETS, where(sys_id=sys_id), ["name", *COUNTS]).rows
    return Taken(
        name=row["name"],
        updates=len(names),
        problems=problems,
        counts=[int(row[each] or "0") for each in COUNTS] if is_wanted else None,
        refused=[Trouble(update="", words=error)] if error else (),
    )


# -- what is said


def _lines(taken: Taken, width: int) -> Lines:
    head = paragraph(
        f'Loaded "{taken.name}" with {counted(taken.updates, "update")}; the preview found '
        f"{counted(len(taken.problems), 'problem')}.",
        width=width,
    )
    found = [row for each in taken.problems for row in _trouble(each, width)]
    if taken.counts is None:
        return (*head, *found)
    counts = ", ".join(f"{number} {what}" for number, what in zip(taken.counts, COUNTS, strict=True))
    refused = [row for each in taken.refused for row in _trouble(each, width)]
    failed = "; not all was taken" if taken.refused else ""
    return (
        *head,
        *found,
        *paragraph(f"Committed: {counts}{failed}.", width=width, style=Style.STRONG),
        *refused,
    )


def _trouble(trouble: Trouble, width: int) -> Lines:
    chunks = [(Span(trouble.update, Style.STRONG),), (Span(trouble.words, Style.WARNING),)]
    return flow(chunks if trouble.update else chunks[1:], width=width, indent=2)


def _document(taken: Taken) -> Document:
    counts = dict(zip(COUNTS, taken.counts or (0, 0, 0), strict=True))
    return {
        "name": taken.name,
        "updates": taken.updates,
        "problems": [{"update": each.update, "description": each.words} for each in taken.problems],
        "committed": taken.counts is not None,
        **counts,
        "refused": [{"update": each.update, "reason": each.words} for each in taken.refused],
    }

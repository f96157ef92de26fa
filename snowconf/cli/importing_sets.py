"""Taking the XML of an update set into a sandbox: loaded, previewed, and committed when the preview found nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from snowconf.cli.embedding import opened
from snowconf.cli.exit_codes import ExitCode
from snowconf.cli.export_options import ImportSetOptions
from snowconf.cli.refusals import NotImportedError
from snowconf.cli.session import Session
from snowconf.model.plan_json import Document
from snowconf.report.page import counted, flow, paragraph
from snowconf.report.styled import Lines, Span, Style
from snowconf.sandbox.instance import ADMIN, Sandbox
from snowconf.sandbox.store import Row
from snowconf.sandbox.update_sets.committing import Commit, commit
from snowconf.sandbox.update_sets.documents import UnreadableDocumentError
from snowconf.sandbox.update_sets.loading import load, updates_of
from snowconf.sandbox.update_sets.previewing import Problem, preview


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """How far a set has got: `done` is None when it was not committed."""

    name: str
    updates: int
    problems: Sequence[Problem]
    done: Commit | None


def import_set(options: ImportSetOptions, session: Session) -> ExitCode:
    """Load, preview, commit; with problems nothing is committed unless that is forced.

    Raises:
        NotImportedError: the file is no exported update set.
        NoDatabaseError: there is no sandbox in the file.
    """
    data = options.file.read_bytes()
    with opened(options) as sandbox:
        taken = _take(sandbox, data, options)
    session.show(tuple(_lines(taken, session)), _document(taken))
    if taken.done is None and not options.preview_only:
        raise NotImportedError(
            f"The preview found {counted(len(taken.problems), 'problem')}, so nothing was committed. Where records are missing, "
            "apply what makes them first; where the instance was changed since, export the set again. --force commits it all "
            "the same."
        )
    return ExitCode.FAILED if taken.done and taken.done.failures else ExitCode.DONE


def _take(sandbox: Sandbox, data: bytes, options: ImportSetOptions) -> Taken:
    with sandbox.act_as(ADMIN) as acting:
        try:
            loaded = load(acting, data)
        except UnreadableDocumentError as error:
            raise NotImportedError(
                f"{options.file} is no exported update set: {error}. Nothing was written."
            ) from None
        problems = preview(acting, loaded["sys_id"])
        is_wanted = not options.preview_only and (options.force or not problems)
        done = commit(acting, loaded["sys_id"], force=options.force) if is_wanted else None
        updates = len(updates_of(acting, loaded["sys_id"]))
    return Taken(name=loaded["name"], updates=updates, problems=problems, done=done)


def _lines(taken: Taken, session: Session) -> Lines:
    width = session.page.width
    head = paragraph(
        f'Loaded "{taken.name}" with {counted(taken.updates, "update")}; the preview found '
        f"{counted(len(taken.problems), 'problem')}.",
        width=width,
    )
    found = [row for each in taken.problems for row in _problem(each.update, each.description, width)]
    if taken.done is None:
        return (*head, *found)
    done = taken.done
    counts = f"{done.inserted} inserted, {done.updated} updated, {done.deleted} deleted"
    refused = [line for row, why in done.failures for line in _problem(row, why, width)]
    failed = f", {len(done.failures)} refused" if refused else ""
    return (
        *head,
        *found,
        *paragraph(f"Committed: {counts}{failed}.", width=width, style=Style.STRONG),
        *refused,
    )


def _problem(update: Row, description: str, width: int) -> Lines:
    chunks = [(Span(update["name"], Style.STRONG),), (Span(description, Style.WARNING),)]
    return flow(chunks, width=width, indent=2)


def _document(taken: Taken) -> Document:
    done = taken.done
    return {
        "name": taken.name,
        "updates": taken.updates,
        "problems": [
            {"update": each.update["name"], "description": each.description} for each in taken.problems
        ],
        "committed": done is not None,
        "inserted": done.inserted if done else 0,
        "updated": done.updated if done else 0,
        "deleted": done.deleted if done else 0,
        "refused": [{"update": row["name"], "reason": why} for row, why in (done.failures if done else ())],
    }

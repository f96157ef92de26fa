"""Trials of secrets as a person reads them: what opens no door any more, and what was not tried and why."""

from collections.abc import Iterable, Sequence

from snowconf.model.trial import Ending, Shown, Trial
from snowconf.report.changes import INDENT
from snowconf.report.diagnostics import render_diagnostics
from snowconf.report.page import Page, flow, paragraph, stacked
from snowconf.report.styled import Lines, Span, Style, line

HEADING = 2


def render_trials(trials: Sequence[Trial], page: Page) -> Lines:
    """The drifted secrets each with its place, the refusals that have other reasons, then the rest in few words."""
    return stacked(
        [
            *(_drifted(each, page) for each in trials if each.ending is Ending.DRIFTED),
            *(
                render_diagnostics(each.diagnostics, page)
                for each in trials
                if each.ending in (Ending.DRIFTED, Ending.SHUT)
            ),
            _untried(trials, page),
            _opened(trials, page),
        ]
    )


def _drifted(trial: Trial, page: Page) -> Lines:
    return tuple(each for shown in trial.secrets for each in _secret(shown, trial, page))


def _secret(shown: Shown, trial: Trial, page: Page) -> Lines:
    place = [line(str(shown.origin), Style.MUTED)] if shown.origin else []
    name = f"{shown.address}.{shown.attribute}"
    said = f"the declared one opens no door (tried once: {trial.entrance.way} as {trial.entrance.user_name})"
    return (
        *flow([(Span("~ ", Style.CHANGED), Span(name)), *place], width=page.width, indent=HEADING),
        *paragraph(said, width=page.width, indent=INDENT),
    )


def _untried(trials: Iterable[Trial], page: Page) -> Lines:
    said = [
        f"Not tried: {each.entrance.user}. {each.why}" for each in trials if each.ending is Ending.UNTRIED
    ]
    return stacked(paragraph(each, width=page.width, style=Style.MUTED) for each in said)


def _opened(trials: Iterable[Trial], page: Page) -> Lines:
    names = dict.fromkeys(
        f"{shown.address}.{shown.attribute}"
        for each in trials
        if each.ending is Ending.OPENED
        for shown in each.secrets
    )
    if not names:
        return ()
    return paragraph(f"Tried, and right: {', '.join(names)}.", width=page.width, style=Style.MUTED)

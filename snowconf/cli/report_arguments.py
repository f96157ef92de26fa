"""What commands can be told that write reports for reviewers and for pipelines."""

from pathlib import Path
from typing import Annotated

import typer

from snowconf.report.hosts import Host

Markdown = Annotated[
    Path | None,
    typer.Option(
        "--markdown",
        metavar="FILE",
        envvar="SNOWCONF_MARKDOWN",
        help="Write a comment for a pull request; more of them, FILE-2 and so on, when one is too short. - prints.",
    ),
]
CommentHost = Annotated[
    Host | None,
    typer.Option(
        "--markdown-for",
        envvar="SNOWCONF_MARKDOWN_FOR",
        help="Whose limits and dialect the comment keeps. [default: by the pipeline, or github]",
    ),
]
Html = Annotated[
    Path | None,
    typer.Option(
        "--html",
        metavar="FILE",
        envvar="SNOWCONF_HTML",
        help="Write a page for a browser: one file, no scripts, nothing fetched.",
    ),
]
Sarif = Annotated[
    Path | None,
    typer.Option(
        "--sarif",
        metavar="FILE",
        envvar="SNOWCONF_SARIF",
        help="Write problems, hazards and findings for code scanning.",
    ),
]
Junit = Annotated[
    Path | None,
    typer.Option(
        "--junit",
        metavar="FILE",
        envvar="SNOWCONF_JUNIT",
        help="Write every resource and every rule as a test, in JUnit's XML.",
    ),
]
Annotations = Annotated[
    Path | None,
    typer.Option(
        "--annotations",
        metavar="FILE",
        envvar="SNOWCONF_ANNOTATIONS",
        help="Write problems as workflow commands of GitHub Actions; - prints them, as Actions needs it.",
    ),
]
Events = Annotated[
    Path | None,
    typer.Option(
        "--events",
        metavar="FILE",
        envvar="SNOWCONF_EVENTS",
        help="Write what happens while it happens, a JSON object a line. - prints.",
    ),
]
WithAccess = Annotated[
    bool,
    typer.Option(
        "--with-access",
        envvar="SNOWCONF_WITH_ACCESS",
        help="Draw into the page of --html what each user that the plan touches may do then. Asks the instance more.",
    ),
]

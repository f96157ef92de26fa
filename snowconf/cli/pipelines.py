"""Pipelines that steps run in: how each is told apart, and how a step hands on what it found."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import assert_never

from snowconf.files import write_whole
from snowconf.model.plan_json import dump

Outputs = Mapping[str, str]
# A job's page takes a mebibyte from each step, and nothing of a step that gives more.
SUMMARY_BYTES = 1024 * 1024


class Pipeline(Enum):
    """Who runs the step; the value is the variable that it sets and nobody else does."""

    GITHUB = "GITHUB_ACTIONS"
    GITLAB = "GITLAB_CI"
    AZURE = "TF_BUILD"
    BITBUCKET = "BITBUCKET_BUILD_NUMBER"
    JENKINS = "JENKINS_URL"

    @property
    def title(self) -> str:
        """As its makers write it."""
        return {
            "GITHUB_ACTIONS": "GitHub Actions",
            "GITLAB_CI": "GitLab CI",
            "TF_BUILD": "Azure Pipelines",
            "BITBUCKET_BUILD_NUMBER": "Bitbucket Pipelines",
            "JENKINS_URL": "Jenkins",
        }[self.value]


def pipeline_of(environ: Mapping[str, str]) -> Pipeline | None:
    """The one that this process runs in; None at somebody's desk."""
    return next((each for each in Pipeline if environ.get(each.value)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """What a step leaves to those after it: `comment` are the files of the comment, `shelf` is the folder of reports."""

    outputs: Outputs
    comment: tuple[Path, ...]
    shelf: Path

    def to(self, pipeline: Pipeline | None, environ: Mapping[str, str]) -> str:
        """Write it where the pipeline looks, and return what is to be printed for it.

        Raises:
            OSError: a file cannot be written.
        """
        write_whole(self.shelf / "outputs.env", _lines(self._variables()).encode())
        match pipeline:
            case Pipeline.GITHUB:
                _append(environ.get("GITHUB_OUTPUT"), _lines(self.outputs))
                _append(environ.get("GITHUB_STEP_SUMMARY"), self._summary())
            case Pipeline.GITLAB:
                write_whole(self.shelf / "terraform.json", dump(self._counts()).encode())
            case Pipeline.AZURE:
                return "".join(f"{each}\n" for each in self._commands())
            case Pipeline.BITBUCKET | Pipeline.JENKINS | None:
                pass
            case _:
                assert_never(pipeline)
        return ""

    def _variables(self) -> Outputs:
        return {f"SNOWCONF_CI_{name.upper()}": value for name, value in self.outputs.items()}

    def _counts(self) -> dict[str, int]:
        """What GitLab shows in a merge request, in the form that it knows of Terraform.

        Without numbers it says there that the report failed, which is true of a plan that could not be made.
        """
        if self.outputs["verdict"] == "failed":
            return {}
        return {name: int(self.outputs.get(f"to_{name}", "0")) for name in ("create", "update", "delete")}

    def _summary(self) -> str:
        text = "\n".join(each.read_text("utf-8") for each in self.comment if each.exists())
        return text if len(text.encode()) < SUMMARY_BYTES else self.comment[0].read_text("utf-8")

    def _commands(self) -> Iterator[str]:
        for name, value in self.outputs.items():
            yield f"##vso[task.setvariable variable={name};isOutput=true]{value}"
        for each in self.comment[:1]:
            yield f"##vso[task.uploadsummary]{each.absolute()}"


def _lines(outputs: Outputs) -> str:
    return "".join(f"{name}={' '.join(value.split())}\n" for name, value in outputs.items())


def _append(name: str | None, text: str) -> None:
    if name:
        with Path(name).open("a", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())

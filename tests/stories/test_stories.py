"""Every folder here is a story: a stack, and a session at the prompt that must go as it is written down."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

STORIES = sorted(path.parent for path in Path(__file__).parent.glob("*/story.txt"))


@pytest.mark.parametrize("story", STORIES, ids=lambda path: path.name)
def test_a_story_goes_as_it_is_told(story: Path, retell: Callable[[Path], str]) -> None:
    """Each command of the session says what is written below it."""
    script = (story / "story.txt").read_text("utf-8")
    told = retell(story)
    if os.environ.get("SNOWCONF_WRITE_STORIES"):
        (story / "story.txt").write_text(told, "utf-8")
        script = told
    assert told == script


def test_there_are_stories() -> None:
    """The folder is not empty, so that the test above runs."""
    assert len(STORIES) > 10

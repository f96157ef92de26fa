"""Where pull requests are reviewed, and what a comment may be there."""

from enum import Enum


class Host(Enum):
    """Where the comment is put. The value is how people name it."""

    GITHUB = "github"
    GITLAB = "gitlab"
    BITBUCKET = "bitbucket"
    AZURE = "azure"

    @property
    def longest(self) -> int:
        """How many characters one comment may have there."""
        return {"github": 65_536, "gitlab": 1_000_000, "bitbucket": 32_768, "azure": 150_000}[self.value]

    @property
    def folds(self) -> bool:
        """Does it take the HTML that folds? Bitbucket shows tags as they are."""
        return self is not Host.BITBUCKET

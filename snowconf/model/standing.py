"""What can be said of a secret that nobody can read."""

from enum import Enum


class Standing(Enum):
    """What is known of a declared secret without reading it from the instance, which nobody can."""

    SAME = "what was last written"
    DIFFERS = "not what was last written"
    PENDING = "its write was begun and never confirmed"
    UNKNOWN = "never written from here"
    UNAVAILABLE = "not available here"
    ABSENT = "written once, and no more in the store that a generated secret is kept in"

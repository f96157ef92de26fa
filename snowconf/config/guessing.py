"""What somebody may have meant by a word that is none of those there are."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, options: Iterable[str]) -> str:
    """` Did you mean 'user'?`, or nothing when no option is near. Upper and lower case do not count."""
    spelt = {option.casefold(): option for option in options}
    near = get_close_matches(word.casefold(), spelt, n=1)
    return f" Did you mean '{spelt[near[0]]}'?" if near else ""


def meant(words: Iterable[str], options: Iterable[str]) -> frozenset[str]:
    """Of the options those that the words may be misspelt for: what is written so is not missing as well."""
    spelt = {option.casefold(): option for option in options}
    near = (get_close_matches(word.casefold(), spelt, n=1) for word in words)
    return frozenset(spelt[each] for found in near for each in found)


def hint(word: str, options: Iterable[str]) -> str:
    """What may have been meant, or else all there is: ` There are 'role' and 'user'.`."""
    there = tuple(options)
    return did_you_mean(word, there) or f" There are {listing(there)}."


def listing(words: Iterable[str], joint: str = "and") -> str:
    """`'a', 'b' and 'c'`."""
    *ahead, last = [f"'{word}'" for word in words]
    return f"{', '.join(ahead)} {joint} {last}" if ahead else last

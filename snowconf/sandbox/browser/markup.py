"""HTML that cannot be broken by what it shows: text becomes part of it only escaped."""

from html import escape


class Html(str):
    """Text that is HTML already; only this module makes it."""

    __slots__ = ()


VOID = frozenset({"input", "link", "meta"})


def tag(name: str, /, *children: str, **attributes: str) -> Html:
    """An element. A name of an attribute may end in `_`; one whose value is empty is left out, but for `value`."""
    shown = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
        if value or key == "value"
    )
    start = f"<{name}{shown}>"
    return Html(start) if name in VOID else Html(f"{start}{joined(*children)}</{name}>")


def joined(*children: str) -> Html:
    """Elements and texts one after the other."""
    return Html("".join(child if isinstance(child, Html) else escape(child) for child in children))


def document(language: str, *children: str) -> bytes:
    """A whole page."""
    return f"<!DOCTYPE html>{tag('html', *children, lang=language)}".encode()

"""What tests read in an exported file: with a parser of their own, so that a mistake in ours is not believed."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring


def rows_in(path: Path, table: str) -> list[dict[str, str]]:
    """The rows of that table, in the order of the file."""
    root = fromstring(path.read_text("utf-8"))
    assert root.tag == "unload"
    return [columns_of(each) for each in root.iter(table)]


def payloads_in(path: Path) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """Table, action and columns of each update."""
    for row in rows_in(path, "sys_update_xml"):
        root = fromstring(row["payload"])
        (record,) = root
        assert (root.tag, root.get("table")) == ("record_update", record.tag)
        yield record.tag, record.get("action", ""), columns_of(record)


def columns_of(element: Element) -> dict[str, str]:
    """Names and texts of an element's children."""
    return {each.tag: each.text or "" for each in element}

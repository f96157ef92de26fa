"""Rotations as JSON documents for machines."""

from collections.abc import Iterable

from snowconf.model.plan_json import FORMAT_VERSION, Document
from snowconf.model.rotation import Rotation, RotationReport


def rotation_document(report: RotationReport) -> Document:
    """What a run of rotate did, and how far the rotation has come."""
    return {
        "format_version": FORMAT_VERSION,
        "address": str(report.address),
        "done": [*report.done],
        "todo": [*report.todo],
        "client_id": report.client_id or None,
        "rotation": _rotation(report.rotation) if report.rotation else None,
    }


def rotations_document(rotations: Iterable[Rotation]) -> Document:
    """Every rotation under way."""
    return {"format_version": FORMAT_VERSION, "rotations": [_rotation(each) for each in rotations]}


def _rotation(rotation: Rotation) -> Document:
    return {
        "address": str(rotation.address),
        "attribute": rotation.attribute,
        "stage": rotation.stage.name.lower(),
        "since": rotation.since,
        "first": rotation.first,
        "second": rotation.second or None,
        "store": {rotation.store.provider: rotation.store.name},
    }

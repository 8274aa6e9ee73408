"""Values as they are put together, each with the element it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engines.extraction.columns.coerce import NOTHING, Nothing
from engines.extraction.columns.match import Reading
from engines.extraction.schema.wanted import Wanted
from engines.output_spec import JSON, pointer


@dataclass(slots=True)
class Built:
    """A part of the output; pointers are relative to it."""

    value: JSON | Nothing
    sources: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    def take(self, step: str, part: Built) -> None:
        """Add the sources, gaps and doubts of a part of the value, which stands at this step of the path."""
        self.sources.update({step + pointer: ref for pointer, ref in part.sources.items()})
        self.missing.extend(step + pointer for pointer in part.missing)
        self.doubts.extend(doubt for doubt in part.doubts if doubt not in self.doubts)


def step_to(name: str | int) -> str:
    """One step of a JSON pointer."""
    return pointer([name])


def absent(wanted: Wanted) -> Built:
    """What stands for a value that is not on the page: null where that is allowed, else nothing."""
    if wanted.nullable:
        return Built(None, missing=[""])
    return Built(NOTHING, missing=[""])


def scalar(reading: Reading | None, wanted: Wanted) -> Built:
    """A value that was read, or its absence."""
    if reading is None:
        return absent(wanted)
    ref = reading.cell.node.ref
    return Built(reading.value, {"": ref} if ref else {})


def assemble(
    wanted: Wanted,
    readings: Mapping[tuple[str, ...], Reading | None],
    others: Mapping[tuple[str, ...], Built],
    path: tuple[str, ...] = (),
) -> Built:
    """An object from the values of its leaves and the parts built otherwise."""
    built = Built({})
    values: dict[str, JSON] = {}
    for child in wanted.properties:
        at = (*path, child.name)
        if at in others:
            part = others[at]
        elif child.is_object:
            part = assemble(child, readings, others, at)
            if part.value == {} and child.properties:
                part = absent(child) if child.nullable or not child.required else part
        else:
            part = scalar(readings.get(at), child)
        built.take(step_to(child.name), part)
        if not isinstance(part.value, Nothing):
            values[child.name] = part.value
    built.value = values
    return built

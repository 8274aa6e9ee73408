"""What the completion check is told of where values were read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent_core.loop.grounds.provenance import Looks
from agent_core.loop.grounds.unfounded import Grounds
from agent_core.task.run import ValueSource
from browser.model.observation import Observation
from browser.model.results import Collected
from browser.values.places import line_around
from browser.values.sections import Sections
from browser.values.standing import Scalar, pages_of
from engines.output_spec import JSON, leaves
from engines.protocol import ValueRead


def readings_of(
    output: JSON, grounds: Grounds, seen: Sequence[Observation], collected: Sequence[Collected] = ()
) -> tuple[ValueRead, ...]:
    """Where the values of the output were read, each with the line it stood in.

    Args:
        seen: All that was seen, pages and what was shown beside them.
        collected: The long lists that were read.
    """
    pages: dict[str, list[Observation]] = {}
    for page in (*seen, *(page for one in collected for page in pages_of(one))):
        pages.setdefault(page.url, []).insert(0, page)
    looks, sections = Looks(), Sections()
    readings = []
    for at, value in leaves(output):
        if at in grounds.sources and value is not None:
            source = grounds.sources[at]
            readings.append(_reading(at, value, source, _page_of(source, pages, looks), sections))
    return tuple(readings)


def _reading(
    at: str, value: Scalar, source: ValueSource | None, page: Observation | None, sections: Sections
) -> ValueRead:
    if source is None:
        return ValueRead(pointer=at, value=value)
    line = line_around(page, source.ref, source.text) if page else source.text
    section = sections.over(page, source.ref) if page else ""
    return ValueRead(
        pointer=at, value=value, url=source.url, line=line, section=section, derived=source.derived
    )


def _page_of(
    source: ValueSource | None, pages: Mapping[str, Sequence[Observation]], looks: Looks
) -> Observation | None:
    """The newest page that a source names; None where it names none."""
    if source is None or source.derived:
        return None
    return next((page for page in pages.get(source.url, ()) if looks.of(page) == source.digest), None)

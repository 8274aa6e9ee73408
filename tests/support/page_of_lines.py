"""A page as it would be observed, made of lines, for tests of what reads pages and needs no browser."""

from __future__ import annotations

from dataclasses import dataclass

from browser.model.observation import Appearance, Element, Observation


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, or a heading, of one or more runs of text."""

    runs: tuple[str, ...]
    level: int = 0
    """Of a heading; 0: it is none."""
    hints: tuple[str, ...] = ()
    part: str = ""
    """The part of the page that it is in; "": it is in none."""
    struck: bool = False
    """Whether a style sheet strikes it through."""


def line(
    *runs: str, level: int = 0, hints: tuple[str, ...] = (), part: str = "", struck: bool = False
) -> Line:
    """One line of a page."""
    return Line(runs, level, hints, part, struck)


def page_of(*lines: Line, title: str = "", url: str = "http://127.0.0.1/p") -> Observation:
    """The page with these lines, each run of text in an element of its own."""
    elements = []
    parts: set[str] = set()
    for at, one in enumerate(lines):
        role, tag = ("heading", f"h{one.level}") if one.level else ("paragraph", "p")
        said = "".join(one.runs)
        if one.part and one.part not in parts:
            parts.add(one.part)
            elements.append(Element(ref=one.part, role="generic", tag="div"))
        elements.append(
            Element(
                ref=f"l{at}",
                role=role,
                tag=tag,
                level=one.level or None,
                name=said,
                text=said,
                hints=one.hints,
                parent=one.part,
                depth=bool(one.part),
            )
        )
        look = Appearance(struck=one.struck)
        for place, text in enumerate(one.runs):
            span = f"s{at}.{place}"
            elements.append(
                Element(ref=span, role="generic", tag="span", text=text, parent=f"l{at}", depth=1)
            )
            elements.append(
                Element(ref=f"{span}t", role="text", name=text, parent=span, depth=2, appearance=look)
            )
    whole = "\n".join("".join(one.runs) for one in lines)
    return Observation(url=url, title=title, elements=tuple(elements), text=whole)

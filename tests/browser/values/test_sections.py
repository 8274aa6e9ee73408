"""The section of a page that a place of it is in."""

from __future__ import annotations

from browser.model.observation import Element, Observation
from browser.values.sections import Sections

PAGE = Observation(
    url="http://127.0.0.1/",
    elements=(
        Element(ref="e1", role="heading", name="News", level=1),
        Element(ref="e2", role="heading", name="Most read", level=2),
        Element(ref="e3", role="list"),
        Element(ref="e4", role="listitem", parent="e3", depth=1),
        Element(ref="e5", role="text", name="Gates close", parent="e4", depth=2),
        Element(ref="e6", role="heading", name="From the studio", level=2),
        Element(ref="e7", role="heading", name="Rain ahead", level=3),
        Element(ref="e8", role="text", name="Rain ahead", parent="e7", depth=1),
    ),
)


def test_a_value_is_in_the_section_of_the_heading_over_it_and_a_heading_in_that_of_a_higher_one():
    sections = Sections()

    assert sections.over(PAGE, "e5") == "Most read"
    assert sections.over(PAGE, "e8") == "From the studio"
    assert sections.over(PAGE, "e2") == "News"
    assert sections.over(PAGE, "e1") == ""
    assert sections.over(PAGE, "") == ""

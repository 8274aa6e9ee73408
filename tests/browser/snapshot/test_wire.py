"""The names that the page scripts and Python share."""

from __future__ import annotations

import re
from dataclasses import fields
from importlib.resources import files

from browser.model.observation import Appearance, Element
from browser.snapshot.element_records import elements_of
from browser.snapshot.placement import Placement
from browser.snapshot.wire import ALWAYS, LOOK, SELDOM


def test_what_is_handed_over_of_an_element_is_called_as_it_is_in_python() -> None:
    own = {"number", "above", "content_box", "unread", "unread_inside"}
    assert {*ALWAYS, *SELDOM} - own <= {field.name for field in fields(Element)}
    assert set(LOOK) == {field.name for field in fields(Appearance)}


def test_a_row_is_read_by_the_names_in_their_order() -> None:
    row = [7, -1, "link", "a", 1, [0, 0, 9, 9], ["focused"], "More"]
    row += [
        SELDOM.index("href"),
        "/more",
        SELDOM.index("hints"),
        ["nav"],
        SELDOM.index("content_box"),
        [0, 0, 1],
    ]

    (read,) = elements_of([row], 2, Placement())

    assert (read.ref, read.role, read.tag, read.interactive, read.name) == ("f2e7", "link", "a", True, "More")
    assert (read.states, read.href, read.hints, read.value) == ({"focused"}, "/more", ("nav",), None)


def test_what_the_capture_reads_of_a_record_is_what_it_has_given_one() -> None:
    folder = files("browser").joinpath("js/reading")
    source = "".join(
        folder.joinpath(f"{name}.js").read_text("utf-8") for name in ("capture", "records", "compact")
    )
    named = r"(?:\brecord|\bknown|\brecords\[\w+\])\.(\w+)"
    literals = "".join(re.findall(r"const record = \{(.*?)\};", source, re.DOTALL))
    given = set(re.findall(rf"{named}(?: =\s|\+\+)", source)) | set(re.findall(r"\w+", literals))

    assert set(re.findall(named, source)) <= given
    assert {*ALWAYS, *SELDOM} <= given

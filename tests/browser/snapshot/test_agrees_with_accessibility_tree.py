"""Roles, names, states and listeners of the fixture pages, against what Chromium itself says of them."""

from __future__ import annotations

import pytest
import pytest_asyncio

from tests.support.fixture_pages import (
    Score,
    accessibility,
    backend_ids,
    listeners,
    opened,
    reasoned,
    seen_or_spoken_only,
    tab,
    told,
)

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ENOUGH = 0.98

SAME_ROLE = {
    # Chromium's own words for what https://www.w3.org/TR/html-aam-1.0/ gives no ARIA role of its own
    "Abbr": "generic",
    "DescriptionList": "generic",
    "Figcaption": "generic",
    "LabelText": "generic",
    "Legend": "generic",
    "Ruby": "generic",
    "sectionfooter": "generic",
    "sectionheader": "generic",
    "DisclosureTriangle": "button",  # a <summary>: pressing it is what a person does
    "DisclosureTriangleGrouped": "button",
    "Date": "textbox",  # pickers are told apart by Element.input_type
    "DateTime": "textbox",
    "InputTime": "textbox",
    "ColorWell": "textbox",
    "Audio": "application",
    "Video": "application",
    "PluginObject": "application",
    "Iframe": "document",
    # the same by another name
    "Canvas": "img",
    "SvgRoot": "img",
    "image": "img",
    "MathMLMath": "math",
    # a guess of Chromium's that a table only arranges things; we say what the markup says
    "LayoutTable": "table",
    "LayoutTableRow": "row",
    "LayoutTableCell": "cell",
    # no role at all
    "none": "generic",
    "presentation": "generic",
}

OTHERWISE = {
    ("graphics-symbol", "generic"): "shapes of a drawing are kept, so that they can be pointed at",
    ("img", "generic"): "so are drawings without a name, which Chromium leaves out",
    ("rowgroup", "generic"): "a <tbody> is a rowgroup in HTML-AAM; Chromium leaves it out",
    ("textbox", "generic"): "what can be typed into is a textbox, whatever its markup",
    ("generic", "group"): "Chromium calls what can be dragged a group",
}
"""Our role and Chromium's, where we mean to differ; such pairs are not counted at all."""

NOT_ELEMENTS = {
    "option": "those of a native select are in Element.options",
    "LineBreak": "a <br> ends a line of text",
    "MathMLIdentifier": "a formula is one element with its text",
    "MathMLOperator": "a formula is one element with its text",
    "MathMLNumber": "a formula is one element with its text",
}
"""Chromium's roles of what is no element of its own with us, and how it is told instead."""

NAMED_BY_TEXT = frozenset(("listitem", "row", "caption"))
"""Chromium names these only where their author did; we call them by the text that they show, since that is how a
person finds them. Not counted where our name is that text."""

STATES = {
    "checked": {"true": "checked", "false": "unchecked", "mixed": "mixed"},
    "pressed": {"true": "pressed"},
    "expanded": {"True": "expanded", "False": "collapsed"},
    "selected": {"True": "selected"},
    "disabled": {"True": "disabled"},
    "required": {"True": "required"},
    "readonly": {"True": "readonly"},
    "modal": {"True": "modal"},
    "multiselectable": {"True": "multiselectable"},
}
"""Chromium's property and its values -> our states; a value that is not here is no state of ours. `invalid` is not
compared: Chromium says it of a required field before anybody was there, we say it when the page would."""

CLICKED = frozenset(
    [
        "click",
        "dblclick",
        "mousedown",
        "mouseup",
        "pointerdown",
        "pointerup",
        "touchstart",
        "contextmenu",
        "dragstart",
        "drop",
    ]
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def compared(browser):
    """All pages compared once: what is compared -> Score."""
    scores = {"roles": Score(), "names": Score(), "states": Score(), "listeners": Score()}
    async with tab(browser) as page:
        async for one in opened(page):
            await compare(one, scores)
    return scores


async def compare(one, scores):
    ids = await backend_ids(one)
    tree = await accessibility(one)
    apart = await seen_or_spoken_only(one)
    clicked = await listeners(one, CLICKED)
    because = await reasoned(one)
    seen = {element.ref: element for element in one.captured.elements if element.ref in ids}
    held = usable_inside(one.captured.elements)
    for ref, element in seen.items():
        node = tree.get(ids[ref])
        if ref not in apart:
            compare_node(one, element, node if node and not node["ignored"] else None, scores)
        if ids[ref] in clicked or element.interactive:
            same = same_listener(element, ids[ref] in clicked, ref in because, held.get(ref, 0))
            scores["listeners"].add(same, f"{told(one, element)}: {ids[ref] in clicked}")
    for ref, number in ids.items():
        node = tree.get(number)
        if ref not in seen and ref not in apart and node and not node["ignored"]:
            role = role_in(node)
            if role != "generic" and role not in NOT_ELEMENTS:
                scores["roles"].add(False, f"{one.name} not seen: {role} {name_in(node)!r}")


def role_in(node):
    if node is None:
        return "generic"
    role = node["role"]["value"]
    return SAME_ROLE.get(role, role)


def name_in(node):
    return " ".join(node.get("name", {}).get("value", "").split()) if node else ""


def compare_node(one, element, node, scores):
    ours, theirs = SAME_ROLE.get(element.role, element.role), role_in(node)
    where = told(one, element)
    if ours == theirs == "generic" or (ours, theirs) in OTHERWISE:
        return
    scores["roles"].add(ours == theirs, f"{where}: {theirs}")
    if ours != theirs:
        return
    name = name_in(node)
    if (element.name or name) and not (ours in NAMED_BY_TEXT and element.name == element.text):
        scores["names"].add(element.name == name, f"{where}: {element.name!r}, Chromium {name!r}")
    said = states_in(node)
    if element.tag == "select":
        said -= {"collapsed"}  # every native select is closed until it is opened; nothing to say
    known = {state for values in STATES.values() for state in values.values()}
    own = element.states & known
    scores["states"].add(said == own, f"{where}: {sorted(own)}, Chromium {sorted(said)}")


def states_in(node):
    said = set()
    for each in node.get("properties", ()):
        values = STATES.get(each["name"], {})
        said |= {values[word] for word in (str(each["value"].get("value")),) if word in values}
    return said


def usable_inside(elements):
    """Ref -> how many interactive elements it holds."""
    parents = {element.ref: element.parent for element in elements}
    held = {}
    for element in elements:
        above = parents[element.ref] if element.interactive else ""
        while above:
            held[above] = held.get(above, 0) + 1
            above = parents.get(above, "")
    return held


def same_listener(element, listens, because, inside):
    """What listens is interactive, or holds several things that are and listens for them."""
    if element.interactive:
        return listens or because
    return inside >= 2 or element.tag in ("body", "html")


async def test_roles_are_those_that_chromium_gives(compared):
    compared["roles"].tell("roles")
    assert compared["roles"].share >= ENOUGH, compared["roles"]


async def test_names_are_those_that_chromium_computes(compared):
    compared["names"].tell("names")
    assert compared["names"].share >= ENOUGH, compared["names"]


async def test_states_are_those_that_chromium_reports(compared):
    compared["states"].tell("states")
    assert compared["states"].share >= ENOUGH, compared["states"]


async def test_listeners_are_those_that_the_debugger_knows(compared):
    compared["listeners"].tell("listeners")
    assert compared["listeners"].share >= ENOUGH, compared["listeners"]

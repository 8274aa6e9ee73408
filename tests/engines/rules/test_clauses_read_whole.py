"""A prompt of which a part is not understood is never acted on, whatever else it asks for."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from browser.model.actions import Action, Press, TypeText
from browser.model.observation import Box, Element, Observation
from engines.protocol import Act, EngineOptions, GiveUp, Goal, Turn
from engines.rules import create

KNOWN = (
    "Click Save",
    "Click 'Send'",
    "Press the blue button",
    "Open the second link",
    "Enter 'Ann' into 'Name'",
    "Type 'Ann' into the name field",
    "Fill 'Name' with 'Ann'",
    "Select 'Red' as 'Colour'",
    "Choose Red from the list",
    "Set 'Name' to 'Bo'",
    "Check 'News'",
    "Tick 'News' and 'Offers'",
    "Uncheck the first checkbox",
    "Search for 'tea'",
    "Search for green tea",
    "Sort the table by price in descending order",
    "Log in as ann with password right",
    "Pick May 3, 2024 in the calendar",
    "Upload cv.pdf to the form",
    "Scroll to the bottom",
    "Go back",
    "Reload the page",
    "Submit the form",
    "Press Enter",
    "Drag 'A' onto 'B'",
    "Select 7 with the slider",
    "Hover over 'Menu'",
    "Buy the cheapest ticket",
    "Find the message by Ann",
    "Choose a suite as the room type and breakfast and sauna as extras",
    "Set the interests to hiking and food, the number of guests to 4",
    "The return date is 15 January 2027",
    "Select the tags wet and dry",
    "Give 4 hotel stars",
    "Add a new author named Greta Lind, born on 1 May 1979",
    "Create the user hanna with the password tide-and-moon-7",
    "Add a loan of The Hidden Harbour to Rita Vold",
    "Open the detail page of product 12",
    "Open the page about plugins in the guide",
    "Show only customers from Lagos",
)
"""Every one of these is understood."""

VERBS = (
    "whistle", "juggle", "empty", "water", "polish", "translate", "memorise", "negotiate", "paint", "haunt",
    "fix", "rewrite", "delete", "archive", "remove", "rename", "forward", "star", "mute", "print",
)  # fmt: skip
OBJECTS = (
    "the trash", "a tune", "every plant", "two of the drafts", "Ann's message", "whatever is left",
    "the star from Ann's message", "all mails but the newest", "none of them", "the third of my invoices",
)  # fmt: skip
MODIFIERS = (
    "unless it is grey", "except the last", "but not the other", "only if Ann agrees", "twice", "three times",
    "before Friday", "after lunch", "until it turns red", "without hurry", "instead of Bo", "as soon as Ann calls",
    "that Ann sent", "which nobody has read", "whose owner left", "if there is one", "while holding 'Shift'",
    "quickly", "very carefully", "tomorrow", "every other day", "at noon", "no more than once", "or 'Close'",
    "rather than 'Close'", "for the third time", "not 'Close'", "because Ann said so", "when nobody looks",
    "so that Ann sees it", "again", "never", "with a smile", "whenever it rains", "holding your breath",
    "in case Ann asks", "by tapping your nose", "to wake the dog", "provided that it works", "till midnight",
    "backwards", "sideways", "on behalf of Ann", "wearing gloves", "in upper case", "for ten seconds", "as Ann",
    "minus the rest", "to everyone", "in a new tab",
)  # fmt: skip
FRONTS = (
    "If Ann agrees,", "Unless it rains,", "Do not", "Don't", "Never", "Instead of waiting,", "Before Friday,",
    "Whenever you like,", "Nobody should", "You may not", "Except on Sundays,", "Slowly", "Try not to",
)  # fmt: skip
JOINS = (" and {}", ", then {}", "; {}", ". {}.", ", and then {}", "\n{}", " or {}")


def unknown_clauses() -> Iterator[str]:
    for verb in VERBS:
        for thing in OBJECTS:
            yield f"{verb} {thing}"


def prompts() -> list[str]:
    """Understood clauses with something in, before or after them that is not."""
    chance = random.Random(20)
    made = [f"{known} {modifier}" for known in KNOWN for modifier in MODIFIERS]
    made += [f"{front} {known[0].lower()}{known[1:]}" for known in KNOWN for front in FRONTS]
    for unknown in unknown_clauses():
        for join in JOINS:
            made.append(chance.choice(KNOWN) + join.format(unknown))
        made.append(f"{unknown.capitalize()}, then {chance.choice(KNOWN).lower()}")
    for _ in range(400):
        first, second, third = chance.sample(KNOWN, 3)
        made.append(f"{first}. {second} {chance.choice(MODIFIERS)}. {third}.")
    return made


def things() -> Iterator[Element]:
    """A page on which every understood clause has something to act on."""
    names = ("Save", "Send", "Close", "Submit", "Search", "Log in", "Next", "Menu", "Enter")
    roles = [("button", name) for name in names] + [("link", "One"), ("link", "Two")]
    roles += [("checkbox", "News"), ("checkbox", "Offers"), ("textbox", "Name"), ("searchbox", "Search")]
    for at, (role, name) in enumerate(roles):
        yield Element(
            ref=f"e{at}", role=role, tag={"textbox": "input", "searchbox": "input"}.get(role, role), name=name,
            text=name if role in ("button", "link") else "", interactive=True, box=Box(0, 30 * at, 80, 20),
        )  # fmt: skip
    yield Element(
        ref="list", role="combobox", tag="select", name="Colour", options=("Red", "Blue"), interactive=True,
        box=Box(0, 900, 80, 20),
    )  # fmt: skip


PAGE = Observation(url="http://127.0.0.1/", elements=tuple(things()))


SEARCH = next(e.ref for e in PAGE.elements if e.role == "searchbox")


async def first_decision(prompt: str) -> object:
    """What is decided once the page has been searched for what it does not show; nothing is done by that."""
    engine = create(EngineOptions())
    for left in range(9, 4, -1):
        decision = await engine.decide(Turn(goal=Goal(text=prompt), observation=PAGE, steps_left=left))
        if not isinstance(decision, Act) or not all(map(_only_looks, decision.actions)):
            break
    return decision


def _only_looks(action: Action) -> bool:
    if isinstance(action, TypeText):
        return action.target == SEARCH and "tea" not in action.text
    return isinstance(action, Press) and action.keys == "Escape"


async def test_a_prompt_with_a_part_that_is_not_understood_is_never_acted_on() -> None:
    made = prompts()
    acted = [prompt for prompt in made if not isinstance(await first_decision(prompt), GiveUp)]

    assert len(set(made)) >= 2000
    assert acted == []


@pytest.mark.parametrize("prompt", KNOWN)
async def test_each_of_the_understood_clauses_is_read_alone(prompt: str) -> None:
    decision = await first_decision(prompt)

    assert isinstance(decision, Act) or "could not read" not in getattr(decision, "reason", "")


@pytest.mark.parametrize("prompt", ["Click Save", "Enter 'Ann' into 'Name'", "Check 'News'", "Press Enter"])
async def test_what_is_understood_and_there_is_acted_on(prompt: str) -> None:
    assert isinstance(await first_decision(prompt), Act)


@pytest.mark.parametrize(
    ("prompt", "named"),
    [
        ("Click Save twice", "twice"),
        ("Remove the star from Ann's message", "star"),
        ("Click Save, then empty the trash", "empty the trash"),
        ("Enter 'Ann' into 'Name' before Friday", "before"),
    ],
)
async def test_the_reason_names_what_was_not_understood(prompt: str, named: str) -> None:
    decision = await first_decision(prompt)

    assert isinstance(decision, GiveUp)
    assert named in decision.reason

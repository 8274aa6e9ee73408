"""A clause of any verb is read as an act on a thing with its parts; whatever else it says leaves it unread."""

from __future__ import annotations

import pytest

from engines.rules.plan import read_plan
from engines.rules.skills.records.acts.act_on import ActOn
from engines.rules.skills.records.making.tied import Tied
from tests.engines.rules.test_clauses_read_whole import MODIFIERS


def act(prompt: str) -> tuple[str, str, str, tuple[tuple[str, str], ...]]:
    """The verb, the name and kind of the thing, and the labels or prepositions of the parts with their values."""
    plan = read_plan(prompt)
    assert not plan.unread, plan
    (planned,) = plan.steps
    step = planned.step
    assert isinstance(step, ActOn)
    parts = [one.part for one in step.then if isinstance(one, Tied)]
    tied = [(one.tie, ", ".join(one.values)) for one in parts]
    labelled = [(one.label, ", ".join(one.values)) for one in step.then if not isinstance(one, Tied)]
    return step.deed.said, step.thing.name, step.thing.kind, (*tied, *labelled)


@pytest.mark.parametrize(
    ("prompt", "read"),
    [
        ("Promote Lucy Chen to Senior Engineer.", ("promote", "Lucy Chen", "", (("to", "Senior Engineer"),))),
        ('Convert the lead "Sofia" to an opportunity.', ("convert", "Sofia", "lead", (("to", "opportunity"),))),
        ("Categorize the Uber transaction as Travel.", ("categorize", "Uber", "", (("as", "Travel"),))),
        ("Silence the alert 'CPU' for 1 hour.", ("silence", "CPU", "alert", (("for", "1 hour"),))),
        ("Approve Sam Reed's leave request.", ("approve", "Sam Reed", "leave request", ())),
        ("Resolve Kim's comment on the page Roadmap.", ("resolve", "Kim", "comment", ())),
        ("Check in the patient Marco Rossi.", ("check in", "Marco Rossi", "patient", ())),
        ("Roll back the deployment to version 2.0.", ("roll back", "deployment", "", (("to", "version 2.0"),))),
        ("Purge the cache.", ("purge", "cache", "", ())),
        ("Start sprint 12.", ("start", "12", "sprint", ())),
        ("Unfollow @rita.", ("unfollow", "@rita", "", ())),
        ("Star the file plan.pdf.", ("star", "plan.pdf", "file", ())),
        ("Refer Lea Novak to cardiology with high priority.",
         ("refer", "Lea Novak", "", (("to", "cardiology"), ("priority", "high")))),
        ("Request $15 from Rita for the taxi.", ("request", "", "", (("from", "Rita"), ("for", "taxi"), ("amount", "15")))),
        ("Share the folder Photos with lee@ex.org as an editor.",
         ("share", "Photos", "folder", (("with", "lee@ex.org"), ("as", "editor")))),
        ('Make the page "Pricing" public.', ("make", "Pricing", "page", (("as", "public"),))),
        ("Mark order #15 as shipped with tracking number ZX9.",
         ("mark as shipped", "#15", "order", (("tracking number", "ZX9"),))),
    ],
)  # fmt: skip
def test_an_act_has_a_thing_and_parts(
    prompt: str, read: tuple[str, str, str, tuple[tuple[str, str], ...]]
) -> None:
    assert act(prompt) == read


@pytest.mark.parametrize(
    ("prompt", "steps"),
    [
        ("Open the report 'Churn' and freeze it for good.", 0),
        ("In the Members section, promote Rita to owner.", 2),
        ("Start sprint 12 and purge the cache.", 2),
        ("Approve Dr. Shah's request.", 1),
    ],
)
def test_what_is_read_of_several_clauses(prompt: str, steps: int) -> None:
    plan = read_plan(prompt)

    assert len(plan.steps) == steps if steps else bool(plan.unread)
    assert bool(plan.unread) != bool(steps)


@pytest.mark.parametrize(
    ("prompt", "step"),
    [
        ("The priority of the bug 'Crash' should be High instead of Low.", "ChangePart"),
        ("Email notifications should be off.", "Switch"),
        ("Give the task 'Fence' a due date of 3 May 2026.", "ChangePart"),
        ("Raise the priority of the ticket 'Slow' to urgent.", "ChangePart"),
        ("Set the refresh interval to every 5 minutes.", "Assign"),
        ("Add a note to the patient Rita Vold: 'Is late'.", "ChangePart"),
        ("Add Maria Vold as a payee with number 33.", "Create"),
        ("Switch the language to German.", "Assign"),
        ("Rename report.docx to final.docx.", "Rename"),
    ],
)
def test_other_ways_to_say_what_other_skills_do(prompt: str, step: str) -> None:
    plan = read_plan(prompt)

    assert [type(one.step).__name__ for one in plan.steps] == [step], plan
    assert not plan.unread


def test_it_is_what_was_named_before() -> None:
    plan = read_plan("Open the report 'Churn' and export it as Excel, then archive it.")
    things = [one.step.thing.name for one in plan.steps if isinstance(one.step, ActOn)]

    assert not plan.unread
    assert things == ["Churn", "Churn"]


_FITS = (
    "as Ann",
    "to everyone",
    "that Ann sent",
    "whose owner left",
    "holding your breath",
    "wearing gloves",
    "on behalf of Ann",
    "because Ann said so",
)
"""What may be said of an act or of a thing: where it belongs has to be found on the page. A reason limits nothing."""


@pytest.mark.parametrize("act", ["Freeze the card 'Gold'", "Approve Ann's request", "Purge the cache"])
@pytest.mark.parametrize("modifier", [one for one in MODIFIERS if one not in _FITS])
def test_what_limits_an_act_is_never_lost(act: str, modifier: str) -> None:
    plan = read_plan(f"{act} {modifier}.")

    assert plan.unread or plan.why


@pytest.mark.parametrize(
    "prompt",
    [
        "Do not freeze the card 'Gold'.",
        "Freeze no card.",
        "Freeze the card 'Gold' or the card 'Silver'.",
        "Freeze every card but the card 'Gold'.",
        "Freeze the three cards.",
        "If it is lost, freeze the card 'Gold'.",
        "Freeze it.",
        "Dance.",
    ],
)
def test_what_says_more_than_an_act_is_not_read(prompt: str) -> None:
    plan = read_plan(prompt)

    assert plan.unread or plan.why


@pytest.mark.parametrize("place", ["the top of In Progress", "the very top of In Progress"])
def test_a_place_in_a_list_is_no_part_of_what_is_moved(place: str) -> None:
    plan = read_plan(f"Move 'Map of roads' to {place}.")
    assert plan.unread or plan.why

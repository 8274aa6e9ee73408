"""The same instruction in other words: pronouns, phrasal verbs, descriptions before it and purposes behind it."""

from __future__ import annotations

import random

import pytest

from engines.rules.plan import read_plan
from engines.rules.reading.wordings.plain import plain_verb

SAME = (
    ("Get rid of the 'Old' page.", "Delete the 'Old' page."),
    ("Go back to the version named 'First'.", "Restore the version named 'First'."),
    ("Start following Keiko Yamada.", "Follow Keiko Yamada."),
    ("Take Marcus Bell off the card 'Fence'.", "Remove Marcus Bell from the card 'Fence'."),
    ("Put the label 'wet' on the card 'Fence'.", "Add the label 'wet' to the card 'Fence'."),
    ("Push the due date of the task 'Roof' back to May 5.", "Change the due date of the task 'Roof' to May 5."),
    ("Change the label 'Nice' to be called 'Stretch'.", "Rename the label 'Nice' to 'Stretch'."),
    ("Email notices should be off.", "Turn off Email notices."),
    ("Make sure that the dark mode is on.", "Turn on the dark mode."),
    ("The invoice INV-3 needs to be sent to the client.", "Send the invoice INV-3 to the client."),
    ("Revoke the key 'ci' altogether.", "Revoke the key 'ci'."),
    ("Star the board 'Launch' so it shows up with my favourites.", "Star the board 'Launch'."),
    ("Archive the message Ann Lee sent you.", "Archive the message from Ann Lee."),
    ("Archive the card 'Fence' and star it.", "Archive the card 'Fence' and star the card 'Fence'."),
    ("Open the deal 'Sea' and lower its amount to 5.", "Open the deal 'Sea' and lower the amount of the deal 'Sea' to 5."),
    ("Assign Ann Lee to the 'Sea' card and pin it.", "Assign Ann Lee to the 'Sea' card and pin the 'Sea' card."),
    ("Lock the card 'Sea'. Then rename the card to 'Sky'.", "Lock the card 'Sea'. Then rename the card 'Sea' to 'Sky'."),
    ("Rename the stage 'Old' to 'New' and pin it.", "Rename the stage 'Old' to 'New' and pin the stage 'New'."),
    ("We no longer need the tag 'legacy'. Delete it.", "Delete the tag 'legacy'."),
    ("The call to Ann Lee was not answered. Archive it.", "Archive the call to Ann Lee."),
    ("Ben's note about the move is in my Later list. Pin it.", "Pin Ben's note about the move in my Later list."),
    ("Set the units of the plan 'Sea' to metres and its profile to P3.", "Set the units of the plan 'Sea' to metres. Set the profile of the plan 'Sea' to P3."),
    ("Set the invoice prefix to 'A-' and the next number to 100.", "Set the invoice prefix to 'A-'. Set the next number to 100."),
    ("Edit the theme 'Sea' and change its name to 'Sky'.", "Edit the theme 'Sea' and change its name to 'Sky'."),
    ("Bring the harbour chart back from the trash.", "Restore the harbour chart from the trash."),
    ("Extend the coupon 'SEA' so that it ends on May 5, 2026.", "Change the end date of the coupon 'SEA' to May 5, 2026."),
    ("Use the 'Sorry' macro on 'Wet box'.", "Apply the 'Sorry' macro to 'Wet box'."),
    ("Put an all-day event 'Regatta' in the Club calendar.", "Create an all-day event 'Regatta' in the Club calendar."),
    ("Approve the order 'Sea' but change the price to 5.", "Approve the order 'Sea' with a change to change the price to 5."),
    ("The message 'Win a boat' is junk - mark it as spam.", "Mark the message 'Win a boat' as spam."),
    ("Add the tag 'wet' to the card 'Fence', and keep the tag that is there.", "Add the tag 'wet' to the card 'Fence'."),
    ("Turn on the 'Fog' alarm but turn off the 'Rain' alarm.", "Turn on the 'Fog' alarm. Turn off the 'Rain' alarm."),
    ("Finalize and send the invoice 'INV-3'.", "Finalize the invoice 'INV-3'. Send the invoice 'INV-3'."),
    ("Drop the 'wet' label from the card 'Fence'.", "Remove the 'wet' label from the card 'Fence'."),
    ("Add the tag 'dry' to the card 'Fence' instead, keeping the due date.", "Add the tag 'dry' to the card 'Fence'."),
    ("Archive both the card 'Fence' and the card 'Roof'.", "Archive the card 'Fence'. Archive the card 'Roof'."),
    ("Set the price of the card 'Fence' to 21 and of the card 'Roof' to 9.", "Set the price of the card 'Fence' to 21. Set the price of the card 'Roof' to 9."),
    ("Add a deal called 'Sea' closing on 2 May 2026.", "Add a deal called 'Sea' with close 2 May 2026."),
    ("Remove the 'wet' tag from 'Fence', leaving its other tags as they are.", "Remove the 'wet' tag from 'Fence'."),
    ("Archive the card 'Fence'. Leave the other cards alone.", "Archive the card 'Fence'."),
    ("Archive the card 'Fence'; the other cards stay as they are.", "Archive the card 'Fence'."),
    ("Get the tide summary weekly instead of daily.", "Change the tide summary from daily to weekly."),
    ("Set the units to metres rather than feet.", "Change the units from feet to metres."),
    ("Pause the alarm 'Fog' from now on.", "Pause the alarm 'Fog'."),
    ("Disable the 'Fog' alarm, it is making too much noise.", "Disable the 'Fog' alarm."),
    ("Ann Lee has changed ships: remove her from the card 'Fence'.", "Remove Ann Lee from the card 'Fence'."),
    ("Add one more card called 'Sea' to the list 'Open'.", "Add a new card called 'Sea' to the list 'Open'."),
    ("Cancel your own booking 'Sea'.", "Cancel my booking 'Sea'."),
    ("Tick off 'Buy rope'.", "Tick 'Buy rope'."),
)  # fmt: skip


@pytest.mark.parametrize(("said", "plain"), SAME)
def test_what_is_said_otherwise_is_read_as_the_plain_instruction(said: str, plain: str) -> None:
    read, meant = read_plan(said), read_plan(plain)

    assert not read.unread
    assert [one.step for one in read.steps] == [one.step for one in meant.steps] != []


@pytest.mark.parametrize(
    "prompt",
    [
        "Publish the Part 4: Knots module in Sailing 101.",
        "Turn on double opt-in for new members.",
        "Close the issue #12 as not planned.",
        "Mark 'Buy rope' as done.",
        "Move the card 'Fence' from To do to Doing.",
    ],
)
def test_small_words_in_names_and_states_limit_nothing(prompt: str) -> None:
    plan = read_plan(prompt)

    assert not plan.unread
    assert plan.steps


def test_what_is_not_to_be_is_an_instruction_of_its_own() -> None:
    plan = read_plan("Let guests see the chart, but don't allow members to print it.")

    assert [one.words for one in plan.steps] == [
        "Let guests see the chart",
        "don't allow members to print it",
    ]


@pytest.mark.parametrize(
    "prompt",
    [
        "Star the board 'Launch' so only Ann sees it.",
        "Star the board 'Launch' so that it stays until Friday.",
        "If the call to Ann was answered, archive it.",
        "The call to Ann may be archived. Delete it if it is old.",
        "The call to Ann was not answered.",
        "Nobody should be sent to the client.",
        "Mark all letters as read. Leave the ones from Ann Lee alone.",
        "Mark all letters as read. Leave the letters from Ann Lee unchanged.",
        "Approve the letter 'Sea' instead of Bo.",
        "Star the board 'Launch', it is only for Ann.",
        "Archive it.",
        "The slide 'Sea' was shared too early - mask it well. Delete its number.",
        "Lock the card 'Sea' and freeze it for good.",
        "Bring the card 'Sea' back only if Ann agrees.",
        "Send the report to the member who is both an owner and a guest.",
        "The invoice INV-3 should not be sent.",
    ],
)
def test_what_limits_or_only_describes_is_not_read(prompt: str) -> None:
    plan = read_plan(prompt)

    assert plan.unread or plan.why


@pytest.mark.parametrize(
    ("form", "plain"),
    [
        ("following", "follow"), ("deleted", "delete"), ("archiving", "archive"), ("planned", "plan"),
        ("notified", "notify"), ("sent", "send"), ("escalated", "escalate"), ("cancelled", "cancel"),
        ("billed", "bill"), ("assigned", "assign"),
    ],
)  # fmt: skip
def test_the_plain_form_of_a_verb_is_found(form: str, plain: str) -> None:
    assert plain_verb(form) == plain


def test_a_prompt_is_read_or_refused_however_its_words_are_mixed_up() -> None:
    chance = random.Random(7)
    odd = [
        "it",
        "its",
        "all",
        "every",
        "the",
        "of",
        "and",
        "to",
        "with",
        "in",
        "for (x)",
        "(a) b)",
        "which",
        ":",
        ",",
    ]
    said = [words.split() for pair in SAME for words in pair]
    for words in said * 6:
        mixed = [*words, *chance.choice(said)[chance.randrange(3) :]]
        mixed.insert(chance.randrange(len(mixed)), chance.choice(odd))
        del mixed[chance.randrange(len(mixed))]
        plan = read_plan(" ".join(mixed))
        assert plan.steps or plan.unread or plan.why


@pytest.mark.parametrize(
    "prompt",
    [
        "Approve every issue of (currently) that is open.",
        "Create a label 'a' with purple color of (#7b68ee), then pin it to the board.",
        "Set the colour of the label 'a' to (red, then apply the label to 'b'.",
    ],
)
def test_brackets_where_words_are_looked_for_break_nothing(prompt: str) -> None:
    plan = read_plan(prompt)

    assert plan.steps or plan.unread or plan.why

"""What a following turn is told of a page: what changed, where that is shorter than the page."""

from __future__ import annotations

from dataclasses import replace

from browser.model.actions import Click
from browser.model.observation import Element, Observation
from browser.model.results import ActionResult
from engines.chat.engine import Skyvern
from engines.prompts.changes import changes, known_after
from engines.prompts.page import PageText, page_text
from engines.protocol import Goal, Turn
from testbed.recorded_model import RecordedModel
from tests.support.shop import shop

BUDGET = 6000
CLICK = '{"thought": "Open it.", "actions": [{"action": "click", "ref": "f0e2"}]}'


def lines(count: int, first: int = 100) -> tuple[Element, ...]:
    return tuple(
        Element(
            ref=f"f0e{first + at}",
            role="link",
            name=f"Lamp number {at}",
            interactive=True,
            box=shop().elements[0].box,
        )
        for at in range(count)
    )


def listed(*elements: Element) -> PageText:
    return page_text(Observation(url="https://shop.test/", elements=elements), BUDGET)


def told(before: PageText, now: PageText) -> list[str]:
    found = changes(before, now)
    assert found is not None
    return found.text.splitlines()[2:]


PAGE = lines(60)


def test_nothing_that_changed_is_one_line():
    assert told(listed(*PAGE), listed(*PAGE)) == ["The page is as it was listed last; nothing in it changed."]


def test_new_changed_and_gone_are_told_by_ref():
    now = (
        *PAGE[:10],
        replace(PAGE[10], name="Lamp sold out", states=frozenset({"disabled"})),
        *PAGE[11:20],
        Element(ref="f0e500", role="region", name="Cart", box=PAGE[0].box),
        Element(
            ref="f0e501",
            role="button",
            name="Pay",
            interactive=True,
            parent="f0e500",
            depth=1,
            box=PAGE[0].box,
        ),
        *PAGE[22:],
    )
    before, after = listed(*PAGE), listed(*now)
    assert told(before, after) == [
        "The page is as it was listed last, but for this:",
        "changed:",
        'f0e110 link "Lamp sold out" [disabled]',
        "new, after f0e119:",
        'f0e500 region "Cart"',
        ' f0e501 button "Pay"',
        "gone: f0e120, f0e121",
    ]
    found = changes(before, after)
    assert found is not None
    assert found.refs == (before.refs - {"f0e120", "f0e121"}) | {"f0e500", "f0e501"}


def test_a_page_behind_a_dialog_is_not_told_again_but_that_it_lies_there():
    behind = tuple(
        replace(one, states=frozenset({"covered"}), covered_by="div.backdrop 'Schedule'") for one in PAGE
    )
    dialog = (
        Element(ref="f0e500", role="textbox", name="Date", interactive=True, value="", box=PAGE[0].box),
        Element(ref="f0e501", role="button", name="Save", interactive=True, box=PAGE[0].box),
    )
    assert told(listed(*PAGE), listed(*behind, *dialog)) == [
        "behind div.backdrop 'Schedule', and not to be used now: f0e100 to f0e159",
        "The page is as it was listed last, but for this:",
        "new, after f0e159:",
        'f0e500 textbox "Date" value ""',
        'f0e501 button "Save"',
    ]


def test_things_that_lie_behind_something_here_and_there_say_so_themselves():
    scattered = tuple(
        replace(one, states=frozenset({"covered"}), covered_by="a bar") if at % 3 == 0 else one
        for at, one in enumerate(PAGE)
    )
    assert "[covered by a bar]" in listed(*scattered).text
    assert "behind" not in listed(*scattered).head


def test_another_page_and_a_small_page_are_listed_whole():
    assert changes(listed(*PAGE), listed(*lines(60, first=900))) is None
    assert changes(listed(*PAGE[:5]), listed(*PAGE[:5])) is None
    off = tuple(replace(one, states=frozenset({"disabled"})) for one in PAGE)
    assert changes(listed(*PAGE), listed(*off)) is None


def test_what_was_scrolled_out_of_sight_has_not_changed():
    moved = tuple(replace(one, states=frozenset({"offscreen"})) for one in PAGE)
    found = changes(listed(*PAGE), listed(*moved))
    assert found is not None
    assert "nothing in it changed" in found.text


def test_what_a_budget_leaves_out_now_is_not_said_to_be_gone_and_stays_usable():
    far = tuple(replace(one, states=frozenset({"offscreen"})) for one in PAGE[30:])
    note = Element(ref="f0e150+", role="note", name="10 more links not listed")
    before = listed(*PAGE[:30], *far)
    found = changes(before, listed(*PAGE[:30], *far[:20], note))
    assert found is not None
    assert "gone" not in found.text
    assert {"f0e155", "f0e150+"} <= found.refs


def test_what_was_told_in_pieces_adds_up():
    first, second, third = listed(*PAGE), listed(*PAGE[:59]), listed(*PAGE[:58], PAGE[59])
    one = changes(first, second)
    assert one is not None
    known = known_after(first, second, one)
    assert told(known, third)[1:] == ["new, after f0e157:", 'f0e159 link "Lamp number 59"', "gone: f0e158"]


def turn(page: Observation, count: int) -> Turn:
    done = (ActionResult(action=Click("f0e2"), did="clicked"),)
    return Turn(goal=Goal(text="Buy it"), observation=page, history=(done,) * count, steps_left=9)


async def asked_in(pages: list[Observation], **model: int) -> list[list[str]]:
    recorded = RecordedModel([CLICK] * len(pages), **model)
    engine = Skyvern(recorded, nonce="7f3a0c1d")
    for count, page in enumerate(pages):
        await engine.decide(turn(page, count))
    return [[message.text for message in messages] for messages in recorded.asked]


async def test_a_following_turn_is_told_what_changed_and_the_list_stands_before_it():
    page = shop(extra=PAGE)
    other = shop(extra=(*PAGE[:-1], replace(PAGE[-1], name="Lamp of the day")))
    asked = await asked_in([page, page, other])

    assert "nothing in it changed" in asked[1][-1]
    assert 'changed:\nf0e159 link "Lamp of the day"' in asked[2][-1]
    assert len(asked[2][-1]) // 4 < 200
    assert asked[2][:3] == [*asked[0], CLICK]
    assert sum('"Lamp number 7"' in text for text in asked[2]) == 1


async def test_another_page_takes_the_place_of_the_old_one():
    asked = await asked_in([shop(extra=PAGE), shop(extra=PAGE), shop(extra=lines(60, first=900))])

    assert 'f0e107 link "Lamp number 7"' not in "".join(asked[2])
    assert 'f0e907 link "Lamp number 7"' in asked[2][-1]


async def test_changes_do_not_pile_up_beyond_a_page():
    pages = [
        shop(
            extra=tuple(
                replace(one, name=f"Lamp {count} {at}") if at % 6 == count % 6 else one
                for at, one in enumerate(PAGE)
            )
        )
        for count in range(12)
    ]
    asked = await asked_in(pages)

    whole = max(len(text) for text in asked[0])
    assert all(sum(map(len, messages)) < 4 * whole + 3000 for messages in asked)
    assert sum("listed last" not in messages[-1] for messages in asked) >= 2


async def test_a_small_context_has_one_page_only():
    asked = await asked_in([shop(extra=PAGE)] * 3, context_tokens=5000)

    assert all(sum('"Lamp number 7"' in text for text in messages) == 1 for messages in asked)
    assert "listed last" not in asked[2][-1]


async def test_every_ref_of_the_list_can_be_used_after_changes():
    model = RecordedModel([CLICK, CLICK.replace("f0e2", "f0e130")])
    engine = Skyvern(model)
    await engine.decide(turn(shop(extra=PAGE), 0))

    decision = await engine.decide(turn(shop(extra=PAGE), 1))

    assert decision.actions == (Click("f0e130"),)
    assert len(model.asked) == 2

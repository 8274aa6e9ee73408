"""The text of a page keeps to its budget whatever the page, and says what it leaves out."""

from __future__ import annotations

import random
import re

import pytest

from browser.model.observation import Box, Element, Observation, View
from browser.snapshot.distill.distill import distill, fitted
from browser.snapshot.distill.token_budget import tokens_of_all, viewport_first
from browser.snapshot.distill.tree import rejoin
from engines.models.tokens import estimated_tokens
from engines.prompts.page import PageText, page_text
from tests.support.generated import LARGE, random_page

browser_test = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
BUDGET = 6000


def applied(marks):
    def mark(test):
        for one in marks:
            test = one(test)
        return test

    return mark


def tokens(text: str) -> int:
    return len(text) // 4


def refs_written(shown: PageText) -> set[str]:
    """The refs at the beginnings of lines, and those in rows and sentences."""
    body = shown.text.removeprefix(shown.head)
    return set(re.findall(r"(?m)(?:^| )(f\d+e\d+\+?)(?= )", body))


@applied(browser_test)
@pytest.mark.parametrize("name", LARGE)
async def test_a_large_page_keeps_to_the_budget_and_says_what_is_missing(server, session, name):
    await session.goto(server.page(LARGE[name]()))
    seen = await session.observe(View(budget_tokens=BUDGET))
    shown = page_text(seen, BUDGET)
    assert tokens(shown.text) <= BUDGET
    assert "lines are not listed" not in shown.text  # all of it was fitted where the page is known whole
    assert refs_written(shown) == shown.refs - {""}
    if name not in ("deep", "options"):
        assert re.search(r"[\d,]+ more|many more", shown.text)


@applied(browser_test)
@pytest.mark.parametrize("seed", range(8))
async def test_made_up_pages_keep_to_any_budget(server, session, seed):
    await session.goto(server.page(random_page(seed)))
    for budget in (500, 1500, BUDGET):
        seen = await session.observe(View(budget_tokens=budget))
        shown = page_text(seen, budget)
        assert tokens(shown.text) <= budget
        assert refs_written(shown) <= {element.ref for element in seen.elements}


@applied(browser_test)
async def test_what_can_be_used_in_the_viewport_is_listed_wherever_it_is_scrolled_to(server, session):
    await session.goto(server.page(LARGE["table"]()))
    for scrolled in (0, 30_000, 10**6):
        await session.front.evaluate(f"scrollTo(0, {scrolled})")
        everything = await session.observe(View(budget_tokens=None))
        usable = {each.ref for each in everything.elements if each.interactive and each.visible}
        shown = page_text(await session.observe(View(budget_tokens=BUDGET)), BUDGET)
        assert len(usable) > 60
        assert usable <= shown.refs
        assert 'row: "Pick" | "Item" | "Kind" | "Price" | "Buy"' in re.sub(r" \[offscreen\]", "", shown.text)


def made_up(chance: random.Random, count: int) -> list[Element]:
    """A page of elements below each other, in a tree."""
    elements: list[Element] = []
    for at in range(count):
        parent = elements[chance.randrange(max(0, at - 40), at)].ref if at and chance.random() < 0.8 else ""
        role = chance.choice(("text", "link", "button", "heading", "region", "list", "textbox"))
        elements.append(
            Element(
                ref=f"f0e{at}",
                role=role,
                name="word " * chance.randint(0, 30),
                interactive=role in ("link", "button", "textbox"),
                parent=parent,
                box=Box(0, at * 20.0, 100, 20),
                states=frozenset() if at * 20 < 720 else frozenset({"offscreen"}),
            )
        )
    return in_reading_order(elements)


def in_reading_order(elements: list[Element]) -> list[Element]:
    inside: dict[str, list[Element]] = {}
    for element in elements:
        inside.setdefault(element.parent, []).append(element)
    ordered: list[Element] = []

    def add(parent: str) -> None:
        for element in inside.get(parent, ()):
            ordered.append(element)
            add(element.ref)

    add("")
    return rejoin(ordered, ordered)


@pytest.mark.parametrize("seed", range(30))
def test_nothing_is_left_out_without_being_counted(seed):
    chance = random.Random(seed)
    page = made_up(chance, chance.choice((5, 60, 400, 2000)))
    budget = chance.choice((300, 1000, 6000))
    said = fitted(page, budget)
    listed = [one for one in said if one.role != "note"]
    noted = sum(int(count) for one in said if one.role == "note" for count in one.limits.values())
    inside = [re.search(r"([\d,]+) more .*inside, not listed", one.description) for one in listed]
    noted += sum(int(found[1].replace(",", "")) for found in inside if found)
    assert len(listed) + noted == len(page)
    assert tokens_of_all(said) <= budget + 100
    assert tokens(page_text(Observation(url="https://a.test/", elements=said), budget).text) <= budget


@pytest.mark.parametrize("seed", range(10))
def test_a_note_stands_where_what_it_stands_for_was(seed):
    page = made_up(random.Random(seed), 500)
    order = {element.ref: at for at, element in enumerate(page)}
    said = fitted(page, 1500)
    places = [
        order[one.ref.removesuffix("+")] for one in said if not one.name.endswith("here and there not listed")
    ]
    assert places == sorted(places)
    known = {""}
    for one in said:
        assert one.parent in known
        known.add(one.ref)


@applied(browser_test)
@pytest.mark.parametrize("budget", [3000, 6000, 12_000])
async def test_a_long_table_takes_the_room_that_there_is(server, session, budget):
    await session.goto(server.page(LARGE["table"]()))
    shown = page_text(await session.observe(View(budget_tokens=budget)), budget)
    assert budget * 0.6 < estimated_tokens(shown.text) <= budget


MENU = "".join(
    f"<ul>{''.join(f'<li><a href=/t{part}/{at}>Topic {part} {at}</a>' for at in range(30))}</ul>"
    for part in range(6)
)
CHAPTERS = "".join(
    f"<section><h2>Chapter {number}</h2>"
    + "".join(
        f"<p>{'the river runs past old mills and gardens ' * 6}<a href=/n>note {number}.{at}</a></p>"
        for at in range(4)
    )
    + "</section>"
    for number in range(15)
)


@applied(browser_test)
async def test_of_a_long_page_what_it_is_about_comes_before_its_menus(server, session):
    await session.goto(
        server.page(
            f"<nav>{MENU}</nav><main><h1>Rivers</h1>{CHAPTERS}</main>"
            f"<aside>{MENU}</aside><footer>{MENU}</footer>"
        )
    )
    told = page_text(await session.observe(View(budget_tokens=6000)), 6000)
    assert len(re.findall("Chapter", told.text)) >= 8
    assert len(re.findall("Topic", told.text)) < 120
    all_of_it = page_text(await session.observe(View(budget_tokens=30_000)), 30_000)
    assert "note 14.3" in all_of_it.text


def test_of_a_long_run_as_many_are_listed_as_have_room_and_those_of_menus_last():
    def run(parent: str, role: str, count: int) -> list[Element]:
        holder = Element(ref=parent, role=role, box=Box(0, 0, 9, 9))
        items = [
            Element(
                ref=f"{parent}{at}",
                role="listitem",
                name=f"item number {at}",
                parent=parent,
                depth=1,
                states=frozenset({"offscreen"}),
                box=Box(0, 900 + at, 9, 9),
            )
            for at in range(count)
        ]
        return [holder, *items]

    page = [*run("n", "navigation", 60), *run("m", "main", 60)]
    listed = {
        budget: [one.ref for one in distill(page, budget) if one.role == "listitem"]
        for budget in (400, 1000, 1300, 5000)
    }
    counts = {
        budget: (sum(ref[0] == "n" for ref in refs), sum(ref[0] == "m" for ref in refs))
        for budget, refs in listed.items()
    }
    assert counts[400][0] == 3
    assert 3 < counts[400][1] < counts[1000][1] == 60
    assert 3 < counts[1300][0] < 60
    assert counts[5000] == (60, 60)


def test_headings_for_which_the_outline_has_no_room_are_said_in_their_place():
    page = [
        Element(
            ref=f"f0e{at}",
            role="heading" if at % 2 else "text",
            name=f"some words of line {at}",
            states=frozenset({"offscreen"}),
            box=Box(0, 800 + 30.0 * at, 9, 9),
        )
        for at in range(200)
    ]
    listed = [int(one.ref[3:]) for one in viewport_first(page, 1500)]
    texts = [at for at in listed if not at % 2]
    assert len(texts) > 40
    assert set(range(1, texts[-1], 2)) <= {*listed}

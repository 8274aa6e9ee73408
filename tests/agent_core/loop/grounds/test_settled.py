"""What was read and nothing else, and stands where nothing else could be meant, needs no opinion."""

from __future__ import annotations

import pytest

from agent_core.loop.budget import Budget
from agent_core.loop.grounds.settled import is_settled
from agent_core.loop.loop import pursue
from agent_core.testing import FakePage, Scripted
from browser.model.actions import Click, Goto, Scroll
from browser.model.observation import Element, Observation
from engines.output_spec import OutputSpec
from engines.protocol import Act, Finish, Goal, ValueRead


def text(ref: str, said: str, parent: str = "", role: str = "text") -> Element:
    return Element(ref=ref, role=role, name=said, text=said, parent=parent, depth=1 if parent else 0)


def rows(*named: str) -> tuple[Element, ...]:
    made = [Element(ref="t", role="table")]
    for at, said in enumerate(named):
        made.append(Element(ref=f"r{at}", role="row", text=said, parent="t", depth=1))
        made += [
            text(f"r{at}c{place}", cell, f"r{at}", "cell") for place, cell in enumerate(said.split(" | "))
        ]
    return tuple(made)


URL = "http://127.0.0.1/lantern"
ABOUT = Observation(
    url=URL,
    text="Lantern\nMaintained by Ulla Brandt\n42 stars\nMore",
    elements=(
        text("h", "Lantern", role="heading"),
        text("m", "Maintained by Ulla Brandt"),
        text("s", "42 stars"),
        text("b", "More", role="link"),
    ),
)
PLANS = Observation(
    url=URL,
    text="Plan Price\nSpark 1249.00\nGlow 9.90",
    elements=rows("Plan | Price", "Spark | 1249.00", "Glow | 9.90"),
)
CUT = Observation(
    url=URL, text=PLANS.text, elements=(*PLANS.elements, Element(ref="n+", role="note", parent="t", depth=1))
)
PAPER = Observation(
    url=URL,
    text="Ann said yes\nBo said no\nCleo said maybe",
    elements=(
        Element(ref="a", role="article"),
        *(text(f"p{at}", said, "a") for at, said in enumerate(("Ann Lee", "Bo Wik", "Cleo Ray"))),
    ),
)
PROSE = "The last attack on a hotel of the coast was in 2002, when a lorry exploded before the gate of Djerba"
TOLD = Observation(url=URL, text=PROSE, elements=(text("p", PROSE),))
ANY = Goal(text="Read it", output=OutputSpec(schema={"type": "object"}))
WHO = {"name": "Lantern", "maintainer": "Ulla Brandt"}
SPARK, GLOW = {"plan": "Spark", "price": 1249.0}, {"plan": "Glow", "price": 9.9}


@pytest.mark.parametrize(
    ("page", "output", "settled"),
    [
        pytest.param(ABOUT, WHO, True, id="texts of the page"),
        pytest.param(ABOUT, {**WHO, "stars": 42}, False, id="a short number alone"),
        pytest.param(TOLD, {"when": "2002", "where": "Djerba"}, False, id="words picked out of a sentence"),
        pytest.param(TOLD, {"sentence": PROSE}, True, id="a sentence as a whole"),
        pytest.param(ABOUT, {**WHO, "phone": None}, False, id="something that is said to be missing"),
        pytest.param(ABOUT, {**WHO, "free": True}, False, id="an opinion"),
        pytest.param(ABOUT, {**WHO, "plans": []}, False, id="a list that is said to be empty"),
        pytest.param(ABOUT, {"said": ["Lantern", "Ulla Brandt"]}, False, id="some of many texts"),
        pytest.param(PAPER, {"said": ["Ann Lee", "Bo Wik"]}, False, id="some of many texts of one article"),
        pytest.param(PLANS, {"plans": [SPARK, GLOW]}, True, id="all rows"),
        pytest.param(PLANS, {"plans": [SPARK]}, False, id="some rows"),
        pytest.param(PLANS, SPARK, False, id="one of the rows"),
        pytest.param(CUT, {"plans": [SPARK, GLOW]}, False, id="all rows that are listed"),
    ],
)
async def test_what_stands_where_nothing_else_could_be_meant_is_settled(page, output, settled):
    engine = Scripted([Finish(output=output)])

    await pursue(ANY, FakePage(page), engine, Budget(3))

    assert engine.evidence[0].settled is settled


@pytest.mark.parametrize(
    ("action", "settled"),
    [
        pytest.param(Scroll(dy=300), True, id="read on"),
        pytest.param(Goto(URL), True, id="gone there"),
        pytest.param(Click("b"), False, id="pressed something"),
    ],
)
async def test_what_was_done_beside_reading_is_not_settled_by_what_was_read(action, settled):
    engine = Scripted([Act(actions=(action,)), Finish(output=WHO)])

    await pursue(ANY, FakePage(ABOUT), engine, Budget(3))

    assert [each.settled for each in engine.evidence] == [settled]


def test_a_number_of_hundreds_of_digits_is_no_short_one():
    long = 10**400
    read = ValueRead(pointer="/stars", value=long, url=URL, line="42 stars")

    assert not is_settled({"stars": long}, [read], {"/stars": None}, [ABOUT], [])


async def test_a_claim_that_was_refused_is_not_settled_the_next_time():
    claims = [Finish(output={**WHO, "stars": 42}), Finish(output=WHO)]
    engine = Scripted(claims, verdict="the stars are old")

    await pursue(ANY, FakePage(ABOUT), engine, Budget(3))

    assert [each.settled for each in engine.evidence] == [False, False]

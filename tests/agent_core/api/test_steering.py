from __future__ import annotations

import pytest

from agent_core import BadRequest, SteeredPage, TaskRequest
from agent_core.testing import FakePage
from browser.model.actions import Click, Wait
from browser.model.observation import Element, Observation

HOME = Observation(
    url="http://127.0.0.1/",
    title="Home",
    elements=(
        Element(ref="f0e1", role="link", name="Shop", interactive=True),
        Element(ref="f0e2", role="button", name="Broken", interactive=True),
    ),
)
SHOP = Observation(
    url="http://127.0.0.1/shop",
    title="Shop",
    elements=(Element(ref="f1e1", role="heading", name="Everything is sold"),),
)


def steered(page: FakePage) -> SteeredPage:
    return SteeredPage(page, TaskRequest.of({"prompt": "-"}))


async def test_the_rest_of_a_batch_is_left_when_another_page_comes():
    page = FakePage(HOME, leads_to={"f0e1": SHOP})
    acts = await steered(page).act([{"action": "click", "ref": "f0e1"}, {"action": "wait", "seconds": 1}])
    assert page.performed == [Click("f0e1")]
    assert "1 further actions were not done" in acts.text
    assert "Everything is sold" in acts.text
    assert not acts.done


async def test_the_rest_of_a_batch_is_left_when_an_action_fails():
    page = FakePage(HOME, broken={"f0e2"})
    acts = await steered(page).act([{"action": "click", "ref": "f0e2"}, {"action": "wait", "seconds": 1}])
    assert page.performed == []
    assert "covered by a cookie banner" in acts.text


async def test_a_ref_that_was_shown_once_can_be_used_later():
    page = FakePage(HOME, leads_to={"f0e1": SHOP})
    by_text = steered(page)
    await by_text.act([{"action": "click", "ref": "f0e1"}])
    page.page = HOME
    acts = await by_text.act([{"action": "click", "ref": "f0e2"}])
    assert acts.done
    assert Click("f0e2") in page.performed


@pytest.mark.parametrize(
    ("action", "why"),
    [
        pytest.param({"action": "goto", "url": "file:///etc/passwd"}, "use http or https", id="a file"),
        pytest.param(
            {"action": "upload", "ref": "f0e1", "files": ["/etc/passwd"]}, "handed over", id="upload"
        ),
    ],
)
async def test_what_would_reach_into_this_machine_is_not_done(action: dict[str, object], why: str):
    page = FakePage(HOME)
    acts = await steered(page).act([action])
    assert page.performed == []
    assert why in acts.text


@pytest.mark.parametrize(
    ("actions", "why"),
    [
        pytest.param([{"action": "bake"}], "no action", id="unknown action"),
        pytest.param([{"action": "click", "ref": "f9e9"}], "not shown", id="unknown ref"),
        pytest.param([{"action": "finish"}], "only what acts", id="an end"),
        pytest.param([{"action": "look", "query": "x"}], "only what acts", id="a look"),
        pytest.param([], "actions", id="nothing"),
        pytest.param([{}], "actions", id="empty"),
    ],
)
async def test_an_action_that_makes_no_sense_is_refused_before_anything_is_done(
    actions: list[dict[str, object]], why: str
):
    page = FakePage(HOME)
    with pytest.raises(BadRequest, match=why):
        await steered(page).act(actions)
    assert page.performed == []


async def test_what_follows_a_mistake_is_dropped_and_said():
    page = FakePage(HOME)
    acts = await steered(page).act([{"action": "wait", "seconds": 1}, {"action": "bake"}])
    assert page.performed == [Wait(1.0)]
    assert "note: action 2" in acts.text
    assert not acts.done


async def test_a_look_needs_words_or_an_element():
    by_text = steered(FakePage(HOME))
    await by_text.observe()
    assert "Shop" in await by_text.look(ref="f0e1")
    assert await by_text.look(query="nowhere") == "nothing there"
    with pytest.raises(BadRequest, match="either"):
        await by_text.look()

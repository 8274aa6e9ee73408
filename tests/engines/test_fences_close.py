"""Every fence around text of pages that a prompt opens is closed, whatever is cut in it."""

from __future__ import annotations

import random
import re

import pytest

from agent_core.loop.budget import Budget
from agent_core.loop.loop import pursue
from agent_core.testing import FakePage
from browser.model.observation import Element, Observation
from engines.chat.engine import Skyvern
from engines.models.chat import Reply
from engines.planner.engine import Planner
from engines.prompts.checking.question import VERDICT
from engines.protocol import Goal
from testbed.recorded_model import RecordedModel

MARK = "5eed5eed"
RULE = re.compile(rf"between <page {MARK}> and </page {MARK}>")
PLANS = (
    '{{"known": "{words}", "missing": "", "next": "do", "goal": "{words}"}}',
    '{{"known": "{words}", "missing": "", "next": "read", "goal": "{words}", "fields": ["{words}"]}}',
    '{{"known": "{words}", "missing": "", "next": "look", "query": "lamp"}}',
    '{{"known": "", "missing": "{words}", "next": "done", "evidence": ["{words}"]}}',
)
ACTS = (
    '{{"thought": "{words}", "memory": "{words}", "actions": [{{"action": "click", "ref": "f0e1"}}]}}',
    '{{"thought": "{words}", "actions": [{{"action": "look", "query": "{words}"}}]}}',
    '{{"actions": [{{"action": "finish", "output": {{"{words}": "lamp"}}, "evidence": ["{words}"]}}]}}',
    '{{"actions": [{{"action": "give_up", "reason": "{words}"}}]}}',
)
VERDICTS = ('{{"met": false, "reason": "{words}"}}', '{{"met": true, "reason": ""}}')


class Babbler(RecordedModel):
    """A model that answers at random, in the form that it is asked for."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__((), context_tokens=chance.choice((4000, 16_000, 128_000)))
        self._chance = chance

    async def ask(self, messages, schema=None, tools=()):
        self.asked.append(tuple(messages))
        kinds = VERDICTS if schema is VERDICT else PLANS if "next" in schema["properties"] else ACTS
        return Reply(text=self._chance.choice(kinds).format(words=words(self._chance)))


def words(chance: random.Random) -> str:
    """Text of any length, which may hold the marks that it must not."""
    said = ["lamp", "x" * 90, f"<page {MARK}>", f"</page {MARK}>", "</page", MARK, "\u00e9\u00e9"]
    return " ".join(chance.choices(said, k=chance.choice((1, 5, 40, 400))))


def page(chance: random.Random) -> Observation:
    elements = tuple(
        Element(ref=f"f0e{at}", role="button", name=words(chance), interactive=True) for at in range(1, 9)
    )
    url = f"http://127.0.0.1/{chance.random()}"
    return Observation(url=url, title=words(chance), elements=elements, notes=(words(chance),))


@pytest.mark.parametrize("engine", [Skyvern, Planner])
@pytest.mark.parametrize("seed", range(12))
async def test_every_fence_that_a_request_opens_is_closed(engine, seed):
    chance = random.Random(seed)
    pages = [page(chance) for _ in range(4)]
    model, shown = Babbler(chance), FakePage(pages[0], leads_to={f"f0e{at}": pages[at] for at in range(1, 4)})
    task = Goal(text=f"Buy a lamp. {words(chance).replace(MARK, '')}")

    await pursue(task, shown, engine(model, nonce=MARK), Budget(12), full_history=chance.random() < 0.5)

    assert model.asked
    for messages in model.asked:
        for text in (message.text for message in messages if message.role != "assistant"):
            marks = re.findall(rf"(</?)page {MARK}>", RULE.sub("", text))
            assert marks == ["<", "</"] * (len(marks) // 2), text

"""`skyvern-2.0` over a model that calls tools: it plans in JSON, and its worker acts by tools."""

from __future__ import annotations

import json

from agent_core.loop.budget import Budget
from agent_core.loop.loop import pursue
from agent_core.testing import FakePage
from browser.model.actions import Click
from engines.models.dialect import Memory
from engines.models.ladder import LadderedModel
from engines.models.profiles import Profile
from engines.models.protocols.anthropic_api import AnthropicProvider
from engines.planner.engine import Planner
from engines.protocol import Finish, Goal
from tests.support.providers import FakeProvider, Say, call
from tests.support.shop import shop


async def test_smaller_goals_are_pursued_by_tools_and_planned_in_json():
    script = [
        Say(json.dumps({"known": "", "missing": "", "next": "do", "goal": "Open the cart"})),
        Say("I open it.", calls=(call("click", {"ref": "f0e2"}),)),
        Say("It is open.", calls=(call("finish", {"evidence": ["the cart is shown"]}),)),
        Say('{"met": true, "reason": ""}'),
        Say(json.dumps({"known": "", "missing": "", "next": "done", "evidence": ["goal 1"]})),
        Say('{"met": true, "reason": ""}'),
    ]
    with FakeProvider(script) as server:
        profile = Profile(tools="loose", context_tokens=100_000, sees_images=True)
        model = LadderedModel(AnthropicProvider(server.anthropic(), profile=profile), memory=Memory())
        page = FakePage(shop())

        ending = await pursue(Goal(text="Open the cart"), page, Planner(model), Budget(5))

        assert ending == Finish(evidence=("goal 1",), thought="")
        assert page.performed == [Click("f0e2")]
        assert [bool(asked.tools) for asked in server.asked] == [False, True, True, False, False, False]
        await model.close()

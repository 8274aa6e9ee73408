"""Pages on which the rules were measured before they were tuned: what is read from them is never wrong.

Values may be missing; `python -m benchmarks.score_extraction` counts how many are.
"""

from __future__ import annotations

import json

import pytest

from browser.model.observation import View
from engines.extraction import extract
from testbed.extraction.score import PAGES, Score, judge
from tests.support.accepted import complaint_about

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NAMES = [
    f"{path.parent.name}/{path.stem}"
    for folder in ("unseen", "unseen_later")
    for path in sorted((PAGES / folder).glob("*.json"))
]


@pytest.mark.parametrize("name", NAMES)
async def test_no_wrong_value_is_read(name, server, session):
    address = server.page((PAGES / f"{name}.html").read_text("utf-8"), f"/{name}.html")
    await session.goto(address)
    observation = await session.observe(View(budget_tokens=None, appearance=True))
    base = address.removesuffix(f"/{name}.html")
    cases = json.loads((PAGES / f"{name}.json").read_text("utf-8").replace("{base}", base))
    score = Score()

    judge(name, cases, observation, score)

    for case in cases:
        got = extract(case["schema"], case["wish"], observation)
        assert not got.confident or not await complaint_about(got, case["schema"], case["wish"], observation)
    assert score.wrong == []
    assert score.right > 0

"""A server is killed in the midst of a real run, and the run goes on when the server is back."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from httpx2 import Client

from tests.support.providers import Answer, Asked, FakeProvider, Say
from tests.support.reply_forms import reply_wanted
from tests.support.slow_shop import slow_shop
from tests.support.task_process import Serving, answers
from tests.support.task_server import ended, until
from tests.support.webhook_receiver import webhook_receiver

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(300)]


def buyer(asked: Asked) -> Answer:
    """A model that orders for Ada, and is done when the page says so."""
    text = asked.text()
    if reply_wanted(text) == "verdict":
        return Say(json.dumps({"met": True, "reason": ""}))
    button, field = re.search(r'(\S+) button "Order now"', text), re.search(r'(\S+) textbox "Name"', text)
    if "Your order is in" in text or button is None or field is None:
        actions = [{"action": "finish", "evidence": ["Your order is in"]}]
    else:
        actions = [
            {"action": "type", "ref": field[1], "text": "Ada"},
            {"action": "click", "ref": button[1]},
        ]
    return Say(json.dumps({"thought": "Order it.", "actions": actions}))


def test_a_killed_run_goes_on_asks_about_its_order_and_orders_once(tmp_path: Path):
    serving = Serving(tmp_path)
    with slow_shop() as shop, webhook_receiver() as received, FakeProvider(buyer) as model:
        serving.start()
        with Client(base_url=serving.address, timeout=60) as client:
            until(lambda: answers(client), 60)
            session = client.post("/v1/browser_sessions", json={"timeout": 10}).json()["browser_session_id"]
            task = {
                "prompt": "Order the hat for Ada",
                "url": shop.url,
                "engine": "skyvern-1.0",
                "model": {"model_name": "fake-model", "base_url": f"{model.url}/v1", "api_key": "sk-test"},
                "browser_session_id": session,
                "resumable": True,
                "webhook_url": received.url,
            }
            run_id = client.post("/v1/run/tasks", json=task).json()["run_id"]
            assert shop.ordered.wait(60)
            serving.kill()
            shop.may_answer.set()
            serving.start()
            until(lambda: answers(client), 60)
            until(
                lambda: client.post(f"/v1/runs/{run_id}/answer", json={"text": "yes"}).status_code == 200, 60
            )
            run = ended(client, run_id, 60)
            until(lambda: received.ids, 30)
            client.post(f"/v1/browser_sessions/{session}/close")
        assert serving.stop() == 0
    assert run["status"] == "completed", run["failure_reason"]
    assert [step["number"] for step in run["steps"]] == [1, 2]
    assert len(shop.orders) == 1
    assert received.ids == [run_id]
    told = " ".join(one.text(index) for one in model.asked for index in range(len(one.messages)))
    assert "a person who was asked whether this was done said: yes" in told

"""A loopback server that speaks OpenAI's Responses API, scripted by a test.

It plays the model's part by a function of the request, and keeps in `problems` what the real endpoint
would answer with 400: calls that are left unanswered, answered twice or in the wrong kind, an unknown
`previous_response_id`, pictures that are none.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image

from engines.protocol import ModelSettings
from tests.support.model_server import ModelHandler, ModelServer, Refuse

Item = dict[str, Any]
WANTED_OUTPUT = {"computer_call": "computer_call_output", "function_call": "function_call_output"}


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    headers: Mapping[str, str]
    body: Item

    @property
    def items(self) -> list[Item]:
        """What is sent, the newest last."""
        return list(self.body["input"])

    @property
    def text(self) -> str:
        """All words of the request's input."""
        parts = [part for item in self.items for part in item.get("content") or ()]
        words = [part.get("text") or "" for part in parts if isinstance(part, dict)]
        outputs = [item["output"] for item in self.items if item["type"] == "function_call_output"]
        return "\n".join(words + outputs)

    @property
    def pictures(self) -> list[Image.Image]:
        """Every picture in it, decoded."""
        urls = [item["output"]["image_url"] for item in self.items if item["type"] == "computer_call_output"]
        for item in self.items:
            if item.get("role") == "user":
                urls += [part["image_url"] for part in item["content"] if part["type"] == "input_image"]
        return [Image.open(io.BytesIO(base64.b64decode(url.split(",", 1)[1]))) for url in urls]


Script = Callable[[Asked], "list[Item] | Item | Refuse"]


def computer(*actions: Item, call_id: str = "", checks: tuple[Item, ...] = (), **more: Any) -> Item:
    """A call of the computer tool."""
    call = {"type": "computer_call", "id": "cu", "call_id": call_id, "status": "completed"}
    return call | {"pending_safety_checks": list(checks), "actions": list(actions)} | more


def function(name: str, call_id: str = "", **arguments: Any) -> Item:
    """A call of a function."""
    call = {"type": "function_call", "id": "fc", "call_id": call_id, "status": "completed"}
    return call | {"name": name, "arguments": json.dumps(arguments)}


def words(text: str) -> Item:
    """A message of the model's."""
    content = [{"type": "output_text", "text": text, "annotations": []}]
    return {"type": "message", "id": "m", "role": "assistant", "status": "completed", "content": content}


class FakeResponses(ModelServer):
    """The server; use it in a `with`."""

    def __init__(self, script: Script) -> None:
        super().__init__(_Handler)
        self._script = script
        self.asked: list[Asked] = []
        self._known: dict[str, dict[str, str]] = {"": {}}
        self._count = 0

    def settings(self, **more: Any) -> ModelSettings:
        """Settings that reach it."""
        url = f"{self.url}/v1"
        return ModelSettings(**{"model_name": "fake-model", "base_url": url, "api_key": "sk-test", **more})

    def answer(self, asked: Asked) -> Item | Refuse:
        """What the model answers."""
        self.asked.append(asked)
        open_calls = self._check(asked.body)
        said = self._script(asked)
        if isinstance(said, Refuse):
            return said
        response = said if isinstance(said, dict) else {"output": said}
        self._count += 1
        for number, item in enumerate(response["output"]):
            if "call_id" in item and not item["call_id"]:
                item["call_id"] = f"call_{self._count}_{number}"
        identity = f"resp_{self._count}"
        calls = {
            item["call_id"]: item["type"] for item in response["output"] if item["type"] in WANTED_OUTPUT
        }
        self._known[identity] = open_calls | calls
        usage = {"input_tokens": 100, "output_tokens": 10, "total_tokens": 110}
        usage["input_tokens_details"] = {"cached_tokens": 40}  # type: ignore[assignment]
        whole = {"id": identity, "object": "response", "status": "completed", "model": asked.body["model"]}
        return whole | {"created_at": 0, "usage": usage, "error": None} | response

    def _check(self, body: Item) -> dict[str, str]:
        """Note what the real endpoint would refuse; gives the calls that are still open."""
        previous = body.get("previous_response_id", "")
        if previous not in self._known:
            self.problems.append(f"unknown previous_response_id {previous!r}")
        if previous and body.get("store") is False:
            self.problems.append("previous_response_id without a store")
        still_open = dict(self._known.get(previous, {}))
        for item in body["input"]:
            if item["type"] in WANTED_OUTPUT:
                still_open[item["call_id"]] = item["type"]
            elif item["type"].endswith("_call_output"):
                kind = still_open.pop(item["call_id"], "")
                if WANTED_OUTPUT.get(kind) != item["type"]:
                    self.problems.append(f"{item['type']} for {kind or 'no'} call {item['call_id']}")
                if item["type"] == "computer_call_output":
                    self._check_picture(item["output"])
        if still_open:
            self.problems.append(f"calls without an answer: {still_open}")
        if not body.get("model") or not body.get("instructions"):
            self.problems.append("no model or no instructions")
        return {}

    def _check_picture(self, output: Item) -> None:
        if output.get("type") != "computer_screenshot" or output.get("detail") != "original":
            self.problems.append(f"no computer_screenshot in full detail: {output.get('type')}")


class _Handler(ModelHandler):
    fake: FakeResponses

    def do_POST(self) -> None:
        asked = Asked(*self.received())
        if self.path != "/v1/responses":
            return self.no_route()
        answer = self.fake.answer(asked)
        return self.refuse(answer) if isinstance(answer, Refuse) else self.send_json(200, answer)

"""A loopback server that speaks the messages API with tools, scripted by a test.

It keeps in `problems` what the real endpoint would answer with 400: tool calls without an answer in the
next message, answers of another toolset, empty failures, thinking that came back changed, too many marks.
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

Block = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    headers: Mapping[str, str]
    body: dict[str, Any]

    @property
    def last(self) -> list[Block]:
        """The blocks of the newest message."""
        return list(self.body["messages"][-1]["content"])

    @property
    def text(self) -> str:
        """All words of the newest message."""
        return "\n".join(part["text"] for part in parts_of(self.last) if part["type"] == "text")

    @property
    def pictures(self) -> list[Image.Image]:
        """Every picture of the newest message, decoded."""
        found = [part["source"]["data"] for part in parts_of(self.last) if part["type"] == "image"]
        return [Image.open(io.BytesIO(base64.b64decode(data))) for data in found]


def parts_of(blocks: list[Block]) -> list[Block]:
    """Texts and pictures, those inside answers among them."""
    inner = [part for block in blocks if block["type"] == "tool_result" for part in block["content"]]
    return [*inner, *blocks]


def member(name: str, **arguments: Any) -> Block:
    """A call of the toolset."""
    return {"type": "tool_use", "id": "", "name": name, "toolset_name": "computer", "input": arguments}


def browse(name: str, **arguments: Any) -> Block:
    """A call of the browser toolset."""
    return {"type": "tool_use", "id": "", "name": name, "toolset_name": "browser", "input": arguments}


def single(action: str, **arguments: Any) -> Block:
    """A call of older models' single tool."""
    return {"type": "tool_use", "id": "", "name": "computer", "input": {"action": action, **arguments}}


def function(name: str, **arguments: Any) -> Block:
    """A call of a function."""
    return {"type": "tool_use", "id": "", "name": name, "input": arguments}


def words(text: str) -> Block:
    """Something said."""
    return {"type": "text", "text": text}


class FakeMessages(ModelServer):
    """The server; use it in a `with`."""

    def __init__(self, script: Callable[[Asked], list[Block] | Refuse], stop_reason: str = "") -> None:
        super().__init__(_Handler)
        self._script = script
        self._stop_reason = stop_reason
        self.asked: list[Asked] = []
        self._said: list[str] = []
        self._count = 0

    def settings(self, **more: Any) -> ModelSettings:
        """Settings that reach it."""
        given = {"model_name": "claude-sonnet-5-5", "base_url": self.url, "api_key": "sk-test"}
        return ModelSettings(**{"provider": "anthropic", **given, **more})

    def answer(self, asked: Asked) -> dict[str, Any] | Refuse:
        """What the model answers."""
        self.asked.append(asked)
        self._check(asked.body)
        said = self._script(asked)
        if isinstance(said, Refuse):
            return said
        for block in said:
            if block["type"] == "tool_use":
                self._count += 1
                block["id"] = f"toolu_{self._count}"
        self._said.append(json.dumps(said, sort_keys=True))
        calls = any(block["type"] == "tool_use" for block in said)
        return {
            "id": "msg",
            "type": "message",
            "role": "assistant",
            "model": asked.body["model"],
            "content": said,
            "stop_reason": self._stop_reason or ("tool_use" if calls else "end_turn"),
            "stop_sequence": None,
            "usage": {"input_tokens": 100, "cache_read_input_tokens": 40, "output_tokens": 10},
        }

    def _check(self, body: dict[str, Any]) -> None:
        waiting: dict[str, Block] = {}
        marks = sum("cache_control" in block for block in body.get("system", ()))
        for message in body["messages"]:
            blocks = message["content"]
            marks += sum("cache_control" in block for block in blocks)
            if message["role"] == "assistant":
                waiting = {block["id"]: block for block in blocks if block["type"] == "tool_use"}
                if json.dumps(blocks, sort_keys=True) not in self._said:
                    self.problems.append("an answer came back changed")
                continue
            answers = [block for block in blocks if block["type"] == "tool_result"]
            if [block["tool_use_id"] for block in answers] != list(waiting):
                self.problems.append(f"calls {list(waiting)} are not all answered in order")
            if blocks[: len(answers)] != answers:
                self.problems.append("answers have to come first")
            for block in answers:
                call = waiting.get(block["tool_use_id"], {})
                if block.get("toolset_name") != call.get("toolset_name"):
                    self.problems.append("an answer names another toolset")
                if not block["content"]:
                    self.problems.append("an empty answer")
                self.problems += _tab_problems(call, block)
            waiting = {}
        if marks > 4:
            self.problems.append(f"{marks} cache marks")


def _tab_problems(call: Block, answer: Block) -> list[str]:
    """What is wrong with the tabs in an answer of the browser toolset."""
    states = [part for part in answer["content"] if part["type"] == "browser_state"]
    tabs = call.get("toolset_name") == "browser" and call["name"] in (
        "list_tabs", "new_tab", "switch_tab", "close_tab"
    )  # fmt: skip
    if not tabs or answer.get("is_error"):
        return ["tabs that nobody asked for"] if states else []
    if len(answer["content"]) != 1 or len(states) != 1:
        return ["a tab is answered with the tabs, and nothing else"]
    return [] if sum(tab["active"] for tab in states[0]["tabs"]) == 1 else ["not one tab is in front"]


class _Handler(ModelHandler):
    fake: FakeMessages

    def do_POST(self) -> None:
        answer = self.fake.answer(Asked(*self.received()))
        self.refuse(answer) if isinstance(answer, Refuse) else self.send_json(200, answer)

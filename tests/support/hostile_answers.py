"""Answers of model servers as nobody would give them in good faith, each in the protocol that was asked by."""

from __future__ import annotations

import json
from typing import Any

import httpx2

from tests.support.hostile import Hostile

BODIES = (
    b"", b"null", b"[]", b"0", b"\xff\xfe\x00", b"<html>no", b"[[" * 50_000, b'{"a":' * 20_000, b"data: \n\n",
    b"data: [DONE]\n\n", b": ping\n\n", b"event: error\ndata: {}\n\n", b"\x00" * 9,
)  # fmt: skip
STATUSES = (400, 401, 403, 404, 413, 422, 429, 500, 503, 529)


class HostileServer:
    """A transport that answers requests of all engines; most answers are meant well, with hostile texts in them."""

    def __init__(self, hostile: Hostile) -> None:
        self._hostile, self._chance = hostile, hostile.chance

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        lot = self._chance.random()
        if request.method == "GET":
            return httpx2.Response(
                200, json=self._chance.choice(({"data": None}, {"data": [{"id": "m"}]}, []))
            )
        if lot < 0.05:
            error = {
                "error": {"message": self._hostile.text()[:300], "code": self._chance.choice((None, 5, "x"))}
            }
            told = self._chance.choice((error, [error], {"detail": [{"loc": ["body", 1]}]}, None))
            return httpx2.Response(self._chance.choice(STATUSES), content=json.dumps(told).encode())
        if lot < 0.1:
            return httpx2.Response(200, content=self._chance.choice(BODIES))
        said = self._responses() if "responses" in request.url.path else self._message()
        if "completions" in request.url.path:
            message = {"role": "assistant", "content": self._turn(), "tool_calls": self._odd(None)}
            said = {"choices": [{"index": 0, "message": message, "finish_reason": self._odd("stop")}]}
        return httpx2.Response(200, content=json.dumps(said).encode())

    def _odd(self, meant: Any) -> Any:
        """What was meant, and now and then something else."""
        return (
            self._chance.choice(([], {}, "", 3, self._hostile.text()[:20]))
            if self._chance.random() < 0.06
            else meant
        )

    def _responses(self) -> dict[str, Any]:
        calls = [
            {
                "type": "computer_call",
                "id": "i",
                "call_id": self._odd(f"c{number}"),
                "action": self._odd(self._pointing()),
                "pending_safety_checks": self._odd([]),
                "status": "completed",
            }
            for number in range(self._chance.choice((0, 1, 1, 2)))
        ]
        words = {
            "type": "message",
            "role": "assistant",
            "content": [{"type": "output_text", "text": self._turn()}],
        }
        return {
            "id": self._odd("r"),
            "status": self._odd("completed"),
            "output": self._odd([*calls, self._odd(words)]),
            "usage": self._odd({"input_tokens": 1, "output_tokens": 1}),
        }

    def _message(self) -> dict[str, Any]:
        uses = [
            {
                "type": "tool_use",
                "id": self._odd(f"t{number}"),
                "name": self._odd("computer"),
                "input": self._acting(),
            }
            for number in range(self._chance.choice((0, 1, 1, 2)))
        ]
        return {
            "type": "message",
            "role": "assistant",
            "content": self._odd([self._odd({"type": "text", "text": self._turn() or "x"}), *uses]),
            "stop_reason": self._odd("tool_use" if uses else "end_turn"),
            "usage": self._odd({"input_tokens": 1, "output_tokens": 1}),
        }

    def _pointing(self) -> dict[str, Any]:
        """An action in the words of the Responses API."""
        text = self._hostile.text()
        place = {"x": self._odd(5), "y": self._odd(6)}
        return self._chance.choice(
            (
                {"type": "click", "button": self._odd("left"), **place},
                {"type": "type", "text": self._odd(text)},
                {"type": "keypress", "keys": self._odd(["CTRL", text[:4]])},
                {"type": "scroll", "scroll_x": 0, "scroll_y": self._odd(100), **place},
                {"type": "drag", "path": self._odd([place, place])},
                {"type": text[:9]},
            )
        )

    def _acting(self) -> Any:
        """An action in the words of the Messages API."""
        text = self._hostile.text()
        return self._odd(
            self._chance.choice(
                (
                    {"action": "left_click", "coordinate": self._odd([5, 6])},
                    {"action": "type", "text": self._odd(text)},
                    {"action": "key", "text": text[:8]},
                    {
                        "action": "scroll",
                        "coordinate": [1, 1],
                        "scroll_direction": self._odd("down"),
                        "scroll_amount": 3,
                    },
                    {"action": "hold_key", "text": "a", "duration": self._odd(1)},
                    {"action": text[:9], "region": self._odd([0, 0, 9, 9])},
                )
            )
        )

    def _turn(self) -> str:
        """A turn in words: a reply in JSON, or an action as `ui-tars` writes it."""
        text = self._hostile.text()[:80].replace("'", "")
        action = self._chance.choice(
            (
                "click(start_box='(10,20)')",
                "click(start_box='(nan,9999999)')",
                f"type(content='{text}')",
                f"hotkey(key='ctrl {text[:5]}')",
                "scroll(start_box='(5,5)', direction='down')",
                f"finished(content='{text}')",
                "click(" * 50,
            )
        )
        return self._chance.choice((self._hostile.reply(), f"Thought: {text}\nAction: {action}"))

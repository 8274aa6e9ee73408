"""The conversation as the Responses API wants it: every call answered once, in the order of the calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from browser.model.results import ActionResult
from engines.cua.openai.calls import Call, Said
from engines.cua.shared.news import result_text
from engines.cua.shared.sight import Sight
from engines.prompts.turn import results_text
from engines.protocol import AskUser, Turn

NOT_DONE = "Not done: an earlier action failed, or the page changed under the rest."


class Conversation:
    """What was said, and which calls still wait for an answer.

    Args:
        stateless: The provider keeps nothing, so that everything is sent each time.
    """

    def __init__(self, *, stateless: bool) -> None:
        self._stateless = stateless
        self._previous = ""
        self._items: list[Mapping[str, Any]] = []
        self._new: list[Mapping[str, Any]] = []
        self.open: tuple[Call, ...] = ()
        self.acknowledged = False

    @property
    def begun(self) -> bool:
        """Whether anything was said."""
        return bool(self._previous or self._items or self._new)

    def tell(self, text: str, sight: Sight | None = None) -> None:
        """Add a user message, with a picture if one is given."""
        picture = (
            [{"type": "input_image", "image_url": sight.data_url, "detail": "original"}] if sight else []
        )
        content = [{"type": "input_text", "text": text}, *picture]
        self._new.append({"type": "message", "role": "user", "content": content})

    def request(self) -> dict[str, Any]:
        """What is to be sent now."""
        if self._stateless:
            return {"input": [*self._items, *self._new], "store": False}
        return {"input": self._new, **({"previous_response_id": self._previous} if self._previous else {})}

    @property
    def images(self) -> int:
        """How many pictures the request holds."""
        sent = [*self._items, *self._new] if self._stateless else self._new
        return sum(
            item.get("type") == "computer_call_output"
            or any(part.get("type") == "input_image" for part in item.get("content") or ())
            for item in sent
            if item.get("role") != "assistant"
        )

    def heard(self, answer: Mapping[str, Any], said: Said) -> None:
        """Add an answer to the history; its calls are open until they are answered."""
        if self._stateless:
            self._items += [*self._new, *said.items]
        self._new = []
        self._previous = str(answer.get("id") or "")
        self.open, self.acknowledged = said.calls, False

    def answer_results(self, results: Sequence[ActionResult], turn: Turn, sight: Sight) -> bool:
        """Answer the open calls with the results of their actions; returns whether a picture was included."""
        left = list(results)
        shown = False
        notes: list[str] = []
        for call in self.open:
            mine, left = left[: len(call.actions)], left[len(call.actions) :]
            if call.by_computer:
                self._new.append(self._picture(call, sight))
                shown = True
                notes += _unfinished(call, mine)
            else:
                self._new.append(_output(call, _words(call, mine, turn)))
        self.open = ()
        if notes:
            self.tell("\n".join(notes))
        return shown

    def answer_all(self, text: str, sight: Sight) -> None:
        """Answer the open calls, of which none was carried out."""
        for call in self.open:
            self._new.append(self._picture(call, sight) if call.by_computer else _output(call, text))
        self.open = ()

    def _picture(self, call: Call, sight: Sight) -> dict[str, Any]:
        picture = {"type": "computer_screenshot", "image_url": sight.data_url, "detail": "original"}
        answer = {"type": "computer_call_output", "call_id": call.item.get("call_id"), "output": picture}
        checks = [dict(check) for check in call.checks] if self.acknowledged else []
        return {**answer, **({"acknowledged_safety_checks": checks} if checks else {})}


def _output(call: Call, text: str) -> dict[str, Any]:
    return {"type": "function_call_output", "call_id": call.item.get("call_id"), "output": text}


def _unfinished(call: Call, results: Sequence[ActionResult]) -> list[str]:
    """What a picture does not say: which actions of a call failed or were left out."""
    said = [result_text(result) for result in results if not result.ok]
    return said + ([NOT_DONE] if len(results) < len(call.actions) else [])


def _words(call: Call, results: Sequence[ActionResult], turn: Turn) -> str:
    if isinstance(call.end, AskUser):
        return f"The user answered: {turn.answer}" if turn.answer else "Not asked: call it alone."
    if call.end is not None:
        return f"Not accepted: {turn.complaint or 'something else was called with it'}"
    return results_text(results) or NOT_DONE

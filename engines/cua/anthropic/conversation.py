"""The conversation as the messages API wants it: every call answered in the next message, in order."""

from __future__ import annotations

import copy
import io
from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image

from browser.model.observation import Screenshot
from browser.model.results import ActionResult
from engines.cua.anthropic.browser_answers import page_answer
from engines.cua.anthropic.calls import Call, zoomed
from engines.cua.shared.news import result_text
from engines.cua.shared.sight import Sight
from engines.prompts.turn import results_text
from engines.protocol import AskUser, Turn

HALTED = "Not executed: an earlier computer action in this turn failed."
HALTED_BROWSER = "Not executed: an earlier action in this turn failed."
"""The words that each toolset's documentation gives for the calls after one that failed."""
CACHED = {"type": "ephemeral"}
KEPT_PICTURES = 3
MOST_PICTURES = 25
"""Old pictures are taken out in one go, since each time the provider's cache begins anew."""
REMOVED = {"type": "text", "text": "(an older screenshot)"}


class Conversation:
    """What was said, and which calls still wait for an answer.

    Args:
        reads_pages: The browser toolset is spoken, whose calls may be answered from the page's elements.
        nonce: Marks what comes from pages.
    """

    def __init__(self, *, reads_pages: bool = False, nonce: str = "") -> None:
        self._reads_pages = reads_pages
        self._nonce = nonce
        self.messages: list[dict[str, Any]] = []
        self.open: tuple[Call, ...] = ()
        self._new: list[dict[str, Any]] = []

    def tell(self, text: str, sight: Sight | None = None) -> None:
        """Add a user message, text before picture."""
        self._new.append({"type": "text", "text": text})
        if sight:
            self._new.append(_image(sight.picture))

    def heard(self, blocks: Sequence[Mapping[str, Any]], calls: tuple[Call, ...]) -> None:
        """Add an answer unchanged to the history; its calls are open until they are answered."""
        self.messages += [
            {"role": "user", "content": self._new},
            {"role": "assistant", "content": list(blocks)},
        ]
        self._new = []
        self.open = calls

    def sent(self, *, clear: bool) -> list[dict[str, Any]]:
        """The messages of a request, with the marks for the provider's cache.

        Args:
            clear: Whether old pictures are to be taken out here; the provider may do it itself.
        """
        if clear and self.pictures > MOST_PICTURES:
            self._clear()
        messages = copy.deepcopy([*self.messages, {"role": "user", "content": self._new}])
        asked = [message for message in messages if message["role"] == "user"]
        for message in asked[-2:]:
            message["content"][-1]["cache_control"] = CACHED
        return messages

    @property
    def pictures(self) -> int:
        """How many pictures a request holds."""
        said = [*(block for message in self.messages for block in message["content"]), *self._new]
        inner = [part for block in said if block.get("type") == "tool_result" for part in block["content"]]
        return len([block for block in (*said, *inner) if block.get("type") == "image"])

    def answer(self, results: Sequence[ActionResult], turn: Turn, sight: Sight) -> bool:
        """Answer the open calls with what their actions did; returns whether the page was shown."""
        left = list(results)
        halted = False
        answered: list[dict[str, Any]] = []
        for call in self.open:
            mine, left = left[: len(call.actions)], left[len(call.actions) :]
            content, failed = self._said(call, mine, halted, turn, sight)
            halted = halted or failed
            answered.append(_result(call, content, failed))
        # Who reads pages and has only read needs no picture of it.
        wanted = not self._reads_pages or any(call.actions for call in self.open)
        shown = bool(answered) and _show_page(answered, self.open, sight, wanted)
        self._new += answered
        self.open = ()
        return shown

    def _said(
        self, call: Call, results: Sequence[ActionResult], halted: bool, turn: Turn, sight: Sight
    ) -> tuple[list[dict[str, Any]], bool]:
        """What answers a call, and whether it failed."""
        if halted:
            return [_text(HALTED_BROWSER if self._reads_pages else HALTED)], True
        why = _failure(call, results, turn)
        if why:
            return [_text(why)], True
        if self._reads_pages and call.by_computer:
            read = page_answer(call, turn.observation, self._nonce)
            if read:
                return read, False
        return _success(call, results, turn, sight), False

    def _clear(self) -> None:
        """Take all but the newest pictures out, and thinking too, which is bound to what stood before it."""
        left = self.pictures - KEPT_PICTURES
        for message in self.messages:
            message["content"] = [
                block
                for block in message["content"]
                if block.get("type") not in ("thinking", "redacted_thinking")
            ]
            for place in (
                message["content"],
                *(b["content"] for b in message["content"] if b["type"] == "tool_result"),
            ):
                for index, block in enumerate(place):
                    if block.get("type") == "image" and left > 0:
                        place[index] = dict(REMOVED)
                        left -= 1


def _failure(call: Call, results: Sequence[ActionResult], turn: Turn) -> str:
    """Why a call was not carried out; "" where it was."""
    if call.mistake:
        return call.mistake
    if call.end is not None:
        return "" if isinstance(call.end, AskUser) else _of_end(call, turn)
    failed = next((result for result in results if not result.ok), None)
    if failed is not None:
        return result_text(failed)
    return "Not executed: the page changed under it." if len(results) < len(call.actions) else ""


def _success(call: Call, results: Sequence[ActionResult], turn: Turn, sight: Sight) -> list[dict[str, Any]]:
    """What answers a call that was carried out."""
    if call.end is not None:
        return [_text(_of_end(call, turn))]
    if call.note:
        return [_text(call.note)]
    if call.member == "zoom" and call.by_computer:
        return [_image(_part(sight, call))]
    return [_text("OK" if call.by_computer else results_text(results))]


def _of_end(call: Call, turn: Turn) -> str:
    if isinstance(call.end, AskUser):
        return f"The user answered: {turn.answer}" if turn.answer else "Not asked: call it alone."
    return f"Not accepted: {turn.complaint or 'something else was called with it'}"


def _show_page(answered: list[dict[str, Any]], calls: Sequence[Call], sight: Sight, wanted: bool) -> bool:
    """Put pictures where they were asked for, and the page as it is now behind the last answer.

    Returns whether the page is shown. Where tabs are told, nothing else may stand.
    """
    for answer, call in zip(answered, calls, strict=True):
        if call.by_computer and call.member == "screenshot" and not answer.get("is_error"):
            answer["content"] = [_image(sight.picture)]
    last = answered[-1]["content"]
    if last[-1]["type"] == "image":
        return True
    if wanted and last[-1]["type"] == "text":
        last.append(_image(sight.picture))
        return True
    return False


def _result(call: Call, content: list[dict[str, Any]], failed: bool) -> dict[str, Any]:
    toolset = call.block.get("toolset_name")
    return {
        "type": "tool_result",
        "tool_use_id": call.block.get("id"),
        "content": content,
        **({"toolset_name": toolset} if toolset else {}),
        **({"is_error": True} if failed else {}),
    }


def _text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def _image(picture: Screenshot) -> dict[str, Any]:
    data = Sight(picture).base64
    return {"type": "image", "source": {"type": "base64", "media_type": picture.media_type, "data": data}}


def _part(sight: Sight, call: Call) -> Screenshot:
    """A part of the picture, as large as the whole one at most."""
    box = zoomed(sight, call.arguments.get("region"))
    with Image.open(io.BytesIO(sight.original.data)) as image:
        grown = sight.original.width_px / sight.picture.width_px
        left, top, right, bottom = (round(each * grown) for each in box)
        part = image.convert("RGB").crop((left, top, max(right, left + 1), max(bottom, top + 1)))
    factor = min(sight.picture.width_px / part.width, sight.picture.height_px / part.height)
    size = (max(1, int(part.width * factor)), max(1, int(part.height * factor)))
    data = io.BytesIO()
    part.resize(size, Image.Resampling.LANCZOS).save(data, "PNG")
    return Screenshot(data=data.getvalue(), width_px=size[0], height_px=size[1])

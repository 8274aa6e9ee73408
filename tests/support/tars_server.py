"""A loopback server that plays UI-TARS behind chat completions, and holds every request to what it needs.

It notes in `problems` what would spoil a real model's answers: a picture whose size a processor would
change, more pictures than a server was started with, a reply that is not given back as it was said, a form
asked for in a turn.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image

from engines.protocol import ModelSettings
from tests.support.model_server import ModelHandler, ModelServer, Refuse
from tests.support.providers import images_of, text_of
from tests.support.reply_forms import asks_for_a_call

TURN, ASIDE = "turn", "aside"


@dataclass(frozen=True)
class Talks:
    """The model says this, and the server counts as it is told to."""

    text: str
    finish: str = "stop"
    input_tokens: int | None = None
    """None: an honest count."""
    endless: bool = False
    """Says it again and again, for as long as somebody listens."""


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    headers: Mapping[str, str]
    body: dict[str, Any]

    @property
    def messages(self) -> list[dict[str, Any]]:
        return list(self.body["messages"])

    @property
    def text(self) -> str:
        """All words of the request."""
        return "\n".join(text_of(message["content"]) for message in self.messages)

    @property
    def newest(self) -> str:
        """The words of the last message."""
        return text_of(self.messages[-1]["content"])

    @property
    def pictures(self) -> list[Image.Image]:
        return [picture for message in self.messages for picture in images_of(message["content"])]

    @property
    def replies(self) -> list[str]:
        """What the model said before, as it is given back."""
        return [text_of(each["content"]) for each in self.messages if each["role"] == "assistant"]

    @property
    def kind(self) -> str:
        """A turn of the task, or a question beside it."""
        return TURN if asks_for_a_call(self.text) else ASIDE


Script = Callable[[Asked], "str | Talks | Refuse"]


class FakeTars(ModelServer):
    """The server. `script` is the model: a function of the request."""

    def __init__(self, script: Script, *, most_pictures: int = 5, model: str = "UI-TARS-1.5-7B") -> None:
        super().__init__(_Handler)
        self._script = script
        self._most = most_pictures
        self.model = model
        self.asked: list[Asked] = []
        self._said: list[str] = []

    def settings(self, **more: Any) -> ModelSettings:
        """Settings that reach it."""
        url = f"{self.url}/v1"
        return ModelSettings(**{"model_name": self.model, "base_url": url, "api_key": "sk-test", **more})

    @property
    def turns(self) -> list[Asked]:
        """The requests of the task's own conversation."""
        return [asked for asked in self.asked if asked.kind == TURN]

    def answer(self, asked: Asked) -> Talks | Refuse:
        """What the model answers."""
        self.asked.append(asked)
        if asked.kind == TURN:
            self._check(asked)
        said = self._script(asked)
        talks = Talks(said) if isinstance(said, str) else said
        if isinstance(talks, Talks) and asked.kind == TURN:
            self._said.append(talks.text)
        return talks

    def count(self, asked: Asked) -> int:
        """How many tokens a real server would count."""
        pictures = sum((each.width // 28) * (each.height // 28) for each in asked.pictures)
        return pictures + len(asked.text) // 4

    def _check(self, asked: Asked) -> None:
        for picture in asked.pictures:
            if picture.width % 28 or picture.height % 28 or picture.width * picture.height < 78_400:
                self.problems.append(f"a picture of {picture.size}, which a processor would resize")
        if not 1 <= len(asked.pictures) <= self._most:
            self.problems.append(f"{len(asked.pictures)} pictures in one request")
        if not images_of(asked.messages[-1]["content"]) and "could not be used" not in asked.newest:
            self.problems.append("the newest message holds no picture")
        if "response_format" in asked.body:
            self.problems.append("a turn asks for a form")
        if asked.body.get("temperature") != 0 or not 0 < asked.body.get("max_tokens", 0) <= 2048:
            self.problems.append("a turn without a temperature of 0 or a limit of tokens")
        for reply in asked.replies:
            if _without_tokens(reply) not in self._said:
                self.problems.append(f"a reply that was never said: {reply!r}")
            if re.search(r"start_box='\(", reply):
                self.problems.append(f"a reply without the tokens around its place: {reply!r}")


def _without_tokens(text: str) -> str:
    """What a server leaves of a reply: special tokens are not part of its text."""
    return text.replace("<|box_start|>", "").replace("<|box_end|>", "")


class _Handler(ModelHandler):
    fake: FakeTars

    def do_GET(self) -> None:
        model = {"id": self.fake.model, "object": "model", "created": 0, "owned_by": "x"}
        self.send_json(200, {"object": "list", "data": [{**model, "max_model_len": 32768}]})

    def do_POST(self) -> None:
        asked = Asked(*self.received())
        if self.path != "/v1/chat/completions":
            return self.no_route()
        answer = self.fake.answer(asked)
        return self.refuse(answer) if isinstance(answer, Refuse) else self._stream(self.fake, asked, answer)

    def _stream(self, fake: FakeTars, asked: Asked, answer: Talks) -> None:
        self.begin_events()
        self._event(asked, {"role": "assistant", "content": answer.text})
        while answer.endless and not fake.over.wait(0.01):
            try:
                self._event(asked, {"content": answer.text})
            except OSError:  # nobody listens any more
                return
        self._event(asked, {}, finish=answer.finish)
        counted = fake.count(asked) if answer.input_tokens is None else answer.input_tokens
        usage = {"prompt_tokens": counted, "completion_tokens": len(answer.text) // 4 + 1}
        self._event(asked, None, usage=usage | {"total_tokens": sum(usage.values())})
        self.wfile.write(b"data: [DONE]\n\n")

    def _event(
        self, asked: Asked, delta: dict[str, Any] | None, finish: str | None = None, **more: Any
    ) -> None:
        choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
        event = {"id": "c1", "object": "chat.completion.chunk", "created": 0, "model": asked.body["model"]}
        self.wfile.write(f"data: {json.dumps(event | {'choices': choices} | more)}\n\n".encode())
        self.wfile.flush()

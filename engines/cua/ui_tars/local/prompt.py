"""A conversation as the tokens that both families read, with the place of every token in three dimensions."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from browser.model.observation import Screenshot
from engines.models.chat import Message

SYSTEM = "You are a helpful assistant."
"""What the models' own template puts first where nobody gives a system message."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture in a prompt: which one, where, and how many tokens across and down."""

    key: bytes
    picture: Screenshot
    start: int
    rows: int
    columns: int

    @property
    def end(self) -> int:
        """Where the tokens after it begin."""
        return self.start + self.rows * self.columns


@dataclass(slots=True)
class Prompt:
    """Tokens, as they are read."""

    ids: list[int] = field(default_factory=list)
    symbols: list[int | bytes] = field(default_factory=list)
    """As `ids`, with a picture's key in the place of each of its tokens: what two prompts are compared by."""
    positions: list[tuple[int, int, int]] = field(default_factory=list)
    """Of each token: time, row, column. Text goes along the diagonal; a picture's tokens lie in a plane."""
    pictures: list[Shown] = field(default_factory=list)
    next: int = 0
    """The position of the next token of text, in all three dimensions."""

    def say(self, ids: Sequence[int]) -> None:
        """Add text."""
        self.ids += ids
        self.symbols += ids
        self.positions += [(at, at, at) for at in range(self.next, self.next + len(ids))]
        self.next += len(ids)

    def show(self, picture: Screenshot, pad: int) -> None:
        """Add a picture, whose sides are multiples of 28 pixels."""
        rows, columns = picture.height_px // 28, picture.width_px // 28
        key = hashlib.sha256(picture.data).digest()
        self.pictures.append(Shown(key, picture, len(self.ids), rows, columns))
        self.ids += [pad] * (rows * columns)
        self.symbols += [key] * (rows * columns)
        self.positions += [
            (self.next, self.next + row, self.next + column)
            for row in range(rows)
            for column in range(columns)
        ]
        self.next += max(rows, columns)


def prompt_of(messages: Sequence[Message], tokenizer: Any) -> Prompt:
    """The prompt that a conversation makes, up to where the model's next words begin."""
    writer = _Writer(tokenizer)
    if messages[0].role != "system":
        writer.message(Message(role="system", text=SYSTEM))
    for message in messages:
        writer.message(message)
    writer.text("<|im_start|>assistant\n")
    return writer.prompt


class _Writer:
    def __init__(self, tokenizer: Any) -> None:
        self.prompt = Prompt()
        self._tokenizer = tokenizer
        self._pad: int = tokenizer.convert_tokens_to_ids("<|image_pad|>")

    def text(self, text: str) -> None:
        self.prompt.say(self._tokenizer(text, add_special_tokens=False)["input_ids"])

    def message(self, message: Message) -> None:
        self.text(f"<|im_start|>{message.role}\n")
        if isinstance(message.native, tuple):
            # As the model has written it: read again it could fall into other tokens.
            self.prompt.say(message.native)
        elif message.text:
            self.text(message.text)
        for image in message.images:
            self.text("<|vision_start|>")
            self.prompt.show(image, self._pad)
            self.text("<|vision_end|>")
        self.text("<|im_end|>\n")

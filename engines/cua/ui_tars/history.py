"""The conversation as these models know it: the task, then picture and reply in turn.

Every reply stays, and of the pictures the newest. They are not dropped one by one: a picture that goes
changes what stands before everything after it, and whoever keeps the beginning of a prompt ready, a
server's prefix cache or ours, has to read all of the rest anew. So they pile up and go several at a time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from engines.cua.ui_tars.coordinates import Picture
from engines.models.chat import Message, Reply

MOST_PICTURES = 5
"""As many as the models were trained with."""
PICTURES_LEFT = 2
"""How many stay where they have become too many, the present one among them."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One turn: what was shown, and what was replied."""

    picture: Picture | None
    news: str
    reply: Reply | None = None


class History:
    """The conversation of one task."""

    def __init__(self, task: str) -> None:
        self._task = task
        self._exchanges: list[Exchange] = []

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Those that are still shown, oldest first."""
        return tuple(each.picture for each in self._exchanges if each.picture is not None)

    @property
    def thoughts(self) -> tuple[str, ...]:
        """What was replied so far, oldest first."""
        return tuple(each.reply.text for each in self._exchanges if each.reply is not None)

    def show(self, picture: Picture, news: str) -> None:
        """Begin a turn: the page as it is now, and in words what the picture does not show."""
        self._exchanges.append(Exchange(picture, news))
        if len(self.pictures) > MOST_PICTURES:
            self._keep_pictures(PICTURES_LEFT)

    def heard(self, reply: Reply) -> None:
        """End the turn with the reply that was carried out."""
        self._exchanges[-1] = replace(self._exchanges[-1], reply=reply)

    def messages(self, asides: Sequence[tuple[Reply, str]] = ()) -> list[Message]:
        """What is sent; `asides` are replies of this turn that could not be used, and why."""
        found = [Message(role="user", text=self._task)]
        for each in self._exchanges:
            if each.picture is not None or each.news:
                images = (each.picture.sent,) if each.picture else ()
                found.append(Message(role="user", text=each.news, images=images))
            if each.reply is not None:
                found.append(_said(each.reply))
        for reply, mistake in asides:
            found += [_said(reply), Message(role="user", text=mistake)]
        return found

    def shorten(self) -> bool:
        """Make it fit a smaller context; False where nothing is left to leave out."""
        if len(self.pictures) > 1:
            self._keep_pictures(1)
            return True
        older = len(self._exchanges) // 2
        del self._exchanges[:older]
        return older > 0

    def _keep_pictures(self, count: int) -> None:
        kept = count
        for index in range(len(self._exchanges) - 1, -1, -1):
            each = self._exchanges[index]
            if each.picture is not None:
                if kept <= 0:
                    self._exchanges[index] = replace(each, picture=None)
                kept -= 1


def _said(reply: Reply) -> Message:
    return Message(role="assistant", text=with_box_tokens(reply.text) or "(nothing)", native=reply.native)


_BOX = re.compile(r"((?:start|end)_box\s*=\s*['\"])(\(\s*-?\d+\s*,\s*-?\d+\s*\))(?=['\"])")


def with_box_tokens(text: str) -> str:
    """A reply as the model has written it: servers leave its tokens around places out of the text."""
    return _BOX.sub(r"\1<|box_start|>\2<|box_end|>", text)

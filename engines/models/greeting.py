"""What a server of one's own is asked first, so that it loads its model and shows whether that one sees."""

from __future__ import annotations

import io

from browser.model.observation import Screenshot
from engines.models.chat import Message
from engines.models.tokens import estimated_prompt

GREETING = "Answer with the one word: ready"
GREETING_TOKENS = 16
_SQUARE_PX = 280
_LEAST_OF_PICTURE = 40
"""Tokens; the frugalest models in use spend 64 on a picture of that size."""


def in_words() -> list[Message]:
    """The greeting without a picture."""
    return [Message(role="user", text=GREETING)]


def with_picture() -> list[Message]:
    """The greeting with a picture, which is small, and yet costs more than the words around it."""
    # Pillow takes a while to import, and only servers of one's own are shown this.
    from PIL import Image

    data = io.BytesIO()
    Image.new("RGB", (_SQUARE_PX, _SQUARE_PX), "red").save(data, "PNG")
    square = Screenshot(data=data.getvalue(), width_px=_SQUARE_PX, height_px=_SQUARE_PX)
    return [Message(role="user", text=GREETING, images=(square,))]


def was_seen(counted_tokens: int) -> bool:
    """Whether the picture was read, by how many tokens the server counts for the whole prompt."""
    return counted_tokens >= estimated_prompt(in_words()) + _LEAST_OF_PICTURE

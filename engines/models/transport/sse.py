"""Server-sent events as servers really send them."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

_LINE = re.compile(r"\r\n|\r|\n")
_FIELDS = frozenset({"data", "event", "id", "retry"})


class EventParser:
    """Bytes in, the data of events out. Every byte is looked at once, however small the pieces are.

    Lines end by CR, LF or both; the space behind `data:` may be missing; the last event needs no empty line
    behind it. Where an empty line is missing, several events come as one, each on lines of its own. Lines
    that are no field of an event are kept in `other`.
    """

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._unfinished: list[str] = []
        self._data: list[str] = []
        self._other: list[str] = []
        self._began = False
        self._after_cr = False

    def feed(self, piece: bytes) -> Iterator[str]:
        """The data of the events that this piece completes."""
        text = self._decoder.decode(piece)
        if not self._began and text:
            text, self._began = text.removeprefix("\ufeff"), True
        if self._after_cr and text:
            text, self._after_cr = text.removeprefix("\n"), False
        if text.endswith("\r"):
            self._after_cr = True
        first, *lines = _LINE.split(text)
        self._unfinished.append(first)
        for line in lines:
            whole, self._unfinished = "".join(self._unfinished), [line]
            yield from self._line(whole)

    def end(self) -> Iterator[str]:
        """What is left when the stream has ended."""
        rest, self._unfinished = "".join(self._unfinished) + self._decoder.decode(b"", final=True), []
        yield from self._line(rest)
        yield from self._line("")

    @property
    def other(self) -> str:
        """The lines that were no part of an event: JSON or a web page, where no stream was sent."""
        return "\n".join(self._other)

    def _line(self, line: str) -> Iterator[str]:
        if not line:
            if self._data:
                data, self._data = "\n".join(self._data), []
                yield data
            return
        name, _, value = line.partition(":")
        if name == "data":
            self._data.append(value.removeprefix(" "))
        elif name not in _FIELDS and name:  # a line without a name is a comment
            self._other.append(line)

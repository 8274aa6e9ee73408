"""Reading one file out of a form that is sent (`multipart/form-data`), byte for byte, as it comes in.

The published client sends a file as a part without a file name, which form parsers take for text; therefore
the parts are read here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email.message import Message
from typing import IO, Any

LONGEST_VALUE = 1000
"""Bytes of a part other than the file; more is cut off."""
LONGEST_HEADERS = 8192
MOST_PARTS = 20


class BadForm(ValueError):
    """The body is no form with a file; `str(error)` says why."""


class FileTooLarge(ValueError):
    """The file has more bytes than are taken."""


@dataclass(slots=True)
class SentForm:
    """What a form held."""

    filename: str = ""
    """As the sender calls the file; "" where it does not."""
    size: int = -1
    """Bytes of the file; -1: there was none."""
    values: dict[str, str] = field(default_factory=dict)
    """The other parts."""


async def receive(
    content_type: str, body: AsyncIterator[bytes], into: IO[bytes], most_bytes: int, name: str = "file"
) -> SentForm:
    """Read a form, and write the part that is called `name` into a file.

    Raises:
        BadForm: It is no such form.
        FileTooLarge: The file has more than `most_bytes`.
        OSError: It cannot be written.
    """
    from python_multipart.exceptions import FormParserError
    from python_multipart.multipart import MultipartParser

    parts = _Parts(into, most_bytes, name)
    try:
        parser = MultipartParser(_boundary(content_type), parts.callbacks())  # type: ignore[arg-type]
        async for piece in body:
            parser.write(piece)
        parser.finalize()
    except FormParserError as error:
        raise BadForm(f"the form cannot be read: {error}") from error
    if not parts.ended:
        raise BadForm("the form ends too early")
    if parts.form.size < 0:
        raise BadForm(f"the form has no part that is called {name!r}")
    return parts.form


def _boundary(content_type: str) -> bytes:
    said = Message()
    said["Content-Type"] = content_type
    boundary = said.get_boundary()
    if said.get_content_type() != "multipart/form-data" or not boundary:
        raise BadForm("the file has to be sent as multipart/form-data with a boundary")
    return boundary.encode("utf-8", "replace")


class _Parts:
    """What the parser tells of, part by part."""

    def __init__(self, into: IO[bytes], most_bytes: int, name: str) -> None:
        self.form = SentForm()
        self.ended = False
        self._into, self._most_bytes, self._wanted = into, most_bytes, name
        self._headers = Message()
        self._field = self._value = b""
        self._name = ""
        self._text = b""
        self._count = 0

    def callbacks(self) -> dict[str, Any]:
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_end,
            "on_part_data": self._data,
            "on_part_end": self._part_end,
            "on_end": self._end,
        }

    def _begin(self) -> None:
        self._headers, self._text = Message(), b""
        self._count += 1
        if self._count > MOST_PARTS:
            raise BadForm(f"the form has more than {MOST_PARTS} parts")

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._field = self._with(self._field, data[start:end])

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value = self._with(self._value, data[start:end])

    def _with(self, before: bytes, more: bytes) -> bytes:
        if len(before) + len(more) > LONGEST_HEADERS:
            raise BadForm("a part has too long a header")
        return before + more

    def _header_end(self) -> None:
        field, value = self._field.decode("latin-1"), self._value.decode("utf-8", "replace")
        self._field = self._value = b""
        if field.lower() == "content-disposition":
            self._headers["Content-Disposition"] = value.replace("\r", " ").replace("\n", " ")

    def _headers_end(self) -> None:
        self._name = _text(self._headers.get_param("name", header="content-disposition"))
        if self._name == self._wanted:
            if self.form.size >= 0:
                raise BadForm(f"the form has two parts that are called {self._wanted!r}")
            self.form.size = 0
            self.form.filename = _text(self._headers.get_filename())

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._name != self._wanted:
            self._text += data[start : min(end, start + LONGEST_VALUE - len(self._text))]
            return
        self.form.size += end - start
        if self.form.size > self._most_bytes:
            raise FileTooLarge
        self._into.write(data[start:end])

    def _part_end(self) -> None:
        if self._name != self._wanted:
            self.form.values[self._name] = self._text.decode("utf-8", "replace")

    def _end(self) -> None:
        self.ended = True


def _text(value: Any) -> str:
    """A parameter of a header, which may come in a character set of its own."""
    if isinstance(value, tuple):
        charset, _, text = value
        try:
            return str(text).encode("latin-1", "replace").decode(charset or "utf-8", "replace")
        except LookupError:
            return str(text)
    return str(value or "")

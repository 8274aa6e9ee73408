"""Output from more rows than a prompt holds: the list is put into the schema part by part.

The model finishes with `"ROWS"` in place of a list. Each part is then asked for on its own, and every
row of it has to be answered for, with an item or as left out: none is lost on the way.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from browser.model.results import Collected, Row
from engines.action_codec.json_in_text.find_json import answer_in
from engines.action_codec.reply_error import ReplyError
from engines.errors import ModelUnusable
from engines.models.chat import ChatModel, Message, Reply
from engines.models.tokens import estimated_tokens, reply_tokens
from engines.output_spec import JSON, OutputSpec, Schema
from engines.prompts.rows import columns_of, heading, row_line
from engines.prompts.templates import rendered
from engines.protocol import Goal

MARK = "ROWS"
_MOST_PARTS = 40
"""Model calls for one list, those that name a mistake aside."""
_MOST_ROWS_AT_ONCE = 60
_MOST_TOKENS_AT_ONCE = 3000
_REPLIES = 3
Path = tuple[str, ...]


def place_of_list(schema: Schema | None) -> Path | None:
    """Where the schema has its one list of items: () for the whole output; None where it has none."""
    if schema is None:
        return None
    if schema.get("type") == "array":
        return ()
    properties = schema.get("properties", {})
    lists = [name for name, part in properties.items() if _resolved(part, schema).get("type") == "array"]
    return (lists[0],) if len(lists) == 1 else None


def is_marked(output: JSON, place: Path) -> bool:
    """Whether the output says that its list is made of all rows."""
    for key in place:
        output = output.get(key) if isinstance(output, dict) else None
    return isinstance(output, str) and output.strip().strip('"').upper() == MARK


def filled(output: JSON, place: Path, items: list[JSON]) -> JSON:
    """The output with these items in place of the mark."""
    if not place:
        return items
    return {**output, place[0]: items} if isinstance(output, dict) else items


_OF_MARK = "an item for each row that was collected, made for you"


def markable(schema: Schema, place: Path | None) -> Schema:
    """The schema, which takes the mark in place of its list, too."""
    if place is None:
        return schema
    if not place:
        return {"anyOf": [dict(schema), {"type": "string", "enum": [MARK], "description": _OF_MARK}]}
    properties = schema.get("properties", {})
    return {**schema, "properties": {**properties, place[0]: markable(properties[place[0]], ())}}


@dataclass
class RowReader:
    """Puts rows into the schema of an item, with a model."""

    model: ChatModel
    nonce: str
    goal: Goal
    item: Schema
    """JSON Schema of one item."""

    async def read(self, collected: Collected, context_tokens: int) -> list[JSON]:
        """One item for every row that the task asks for, in the order of the rows.

        Raises:
            ReplyError: There are more rows than may be asked about.
            ModelUnusable: The model does not answer for a part.
        """
        room = min(_MOST_TOKENS_AT_ONCE, reply_tokens(context_tokens) // 3)
        parts = list(_parts(collected.rows, max(room, 200)))
        if len(parts) > _MOST_PARTS:
            raise ReplyError(
                f"{len(collected.rows)} rows are too many to be put into the output; collect fewer"
            )
        found: list[JSON] = []
        for first, rows in parts:
            found += await self._part(first, rows, columns_of(collected.rows))
        return found

    async def _part(self, first: int, rows: Sequence[Row], columns: tuple[str, ...]) -> list[JSON]:
        messages = self._question(first, rows, columns)
        reply = Reply(text="")
        for _ in range(_REPLIES):
            reply = await self.model.ask(messages, self._schema())
            if reply.cut and len(rows) > 1:
                middle = len(rows) // 2
                return [
                    *await self._part(first, rows[:middle], columns),
                    *await self._part(first + middle, rows[middle:], columns),
                ]
            try:
                return self._items(reply.text, range(first, first + len(rows)))
            except ReplyError as mistake:
                again = (
                    f"That could not be used: {mistake}. Answer again, with one JSON object and nothing else."
                )
                messages = [
                    *messages,
                    Message(role="assistant", text=reply.text or "(nothing)", native=reply.native),
                    Message(role="user", text=again),
                ]
        raise ModelUnusable(f"{_REPLIES} replies in a row could not be used for rows {first} and after")

    def _question(self, first: int, rows: Sequence[Row], columns: tuple[str, ...]) -> list[Message]:
        lines = [row_line(number, row, named=not columns) for number, row in enumerate(rows, start=first)]
        text = rendered(
            __package__,
            "rows.txt",
            task=self.goal.text,
            schema=json.dumps(self.item, ensure_ascii=False, separators=(",", ":")),
            first=str(first),
            last=str(first + len(rows) - 1),
            nonce=self.nonce,
            rows="\n".join(filter(None, [heading(rows) if columns else "", *lines])),
        )
        return [Message(role="user", text=text)]

    def _schema(self) -> Schema:
        row = {
            "type": "object",
            "properties": {"row": {"type": "integer"}, "item": {}},
            "required": ["row", "item"],
        }
        return {
            "type": "object",
            "properties": {
                "items": {"type": "array", "items": row},
                "left_out": {"type": "array", "items": {"type": "integer"}},
            },
            "required": ["items", "left_out"],
        }

    def _items(self, text: str, asked: range) -> list[JSON]:
        """The items of a reply, in the order of their rows.

        Raises:
            ReplyError: It is something else, or a row is not answered for, or an item does not fit.
        """
        answer = answer_in(text)
        items = answer.get("items") if isinstance(answer, dict) else None
        if not isinstance(answer, dict) or not isinstance(items, list):
            raise ReplyError('it must be {"items": [{"row": number, "item": ...}], "left_out": [numbers]}')
        placed: list[tuple[int, JSON]] = []
        for one in items:
            if not isinstance(one, dict) or one.get("row") not in asked or "item" not in one:
                raise ReplyError(f'each of "items" needs "row", from {asked[0]} to {asked[-1]}, and "item"')
            self._check(one["row"], one["item"])
            placed.append((one["row"], one["item"]))
        told = {row for row, _ in placed} | set(_numbers(answer.get("left_out")))
        lost = [row for row in asked if row not in told]
        if lost:
            raise ReplyError(
                f"nothing is said of row {lost[0]} ({len(lost)} in all): give it, or leave it out"
            )
        return [item for _, item in sorted(placed, key=lambda pair: pair[0])]

    def _check(self, row: int, item: JSON) -> None:
        problems = OutputSpec(schema=self.item).validate(item)
        if problems:
            raise ReplyError(f"the item of row {row} does not fit the schema: {problems[0]}")


def _numbers(said: JSON) -> Iterator[int]:
    """The numbers of rows in a list of them, each alone or as the `row` of an object; or in one of these."""
    for each in said if isinstance(said, list) else [said]:
        number = each.get("row") if isinstance(each, dict) else each
        if isinstance(number, int):
            yield number


def item_schema(schema: Schema, place: Path) -> Schema:
    """The schema of one item of the list, with the definitions that it refers to."""
    part: Mapping[str, Any] = schema
    for key in place:
        part = _resolved(part.get("properties", {}).get(key, {}), schema)
    item = part.get("items", {})
    shared = {key: schema[key] for key in ("$defs", "definitions") if key in schema}
    return {**shared, **item} if isinstance(item, Mapping) else shared


def _resolved(part: Any, root: Schema) -> Mapping[str, Any]:
    """A part of a schema, or what it refers to in the schema's own definitions."""
    found: Any = part
    name = part.get("$ref", "") if isinstance(part, Mapping) else ""
    if isinstance(name, str) and name.startswith("#/"):
        found = root
        for key in name[2:].split("/"):
            found = found.get(key, {}) if isinstance(found, Mapping) else {}
    return found if isinstance(found, Mapping) else {}


def _parts(rows: Sequence[Row], room: int) -> Iterator[tuple[int, Sequence[Row]]]:
    """The rows in parts that a reply has room for, each with the number of its first row."""
    begin, used = 0, 0
    for at, row in enumerate(rows):
        cost = estimated_tokens(row_line(at + 1, row, named=True))
        if at > begin and (used + cost > room or at - begin >= _MOST_ROWS_AT_ONCE):
            yield begin + 1, rows[begin:at]
            begin, used = at, 0
        used += cost
    if begin < len(rows):
        yield begin + 1, rows[begin:]

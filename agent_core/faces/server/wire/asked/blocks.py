"""Blocks of a published workflow as one task in words.

A workflow here is one task. Blocks that say in words what is to be done, one after the other, make one; what
branches, loops, runs code or asks services of others does not, and is refused by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agent_core import BadRequest

WORDS: Mapping[str, tuple[str, ...]] = {
    "task": ("navigation_goal", "data_extraction_goal"),
    "task_v2": ("prompt",),
    "navigation": ("navigation_goal",),
    "action": ("navigation_goal",),
    "extraction": ("data_extraction_goal",),
    "file_download": ("navigation_goal",),
    "goto_url": (),
}
"""Type of a block -> its fields that say what is to be done."""
WITHOUT_EFFECT = frozenset(
    {
        *("block_type", "label", "title", "next_block_label", "parameter_keys", "parameters"),
        *("output_parameter", "task_type", "disable_cache", "max_retries", "complete_verification"),
        "include_extracted_text",
    }
)
"""Fields that nothing here depends on: names, the order (which is checked), caching, further tries."""
MAPPED = frozenset(
    {
        *("url", "data_schema", "engine", "error_code_mapping", "max_steps", "max_steps_per_run"),
        *("totp_identifier", "totp_verification_url", "complete_criterion", "terminate_criterion"),
        "include_action_history_in_verification",
    }
)
"""Fields that become part of the task."""


@dataclass(kw_only=True)
class BlockTask:
    """The task that blocks make."""

    url: str = ""
    lines: list[str] = field(default_factory=list)
    schema: Any = None
    """None: nothing is to be extracted in a form of its own."""
    task: dict[str, Any] = field(default_factory=dict)
    """Further fields of the task."""

    @property
    def prompt(self) -> str:
        """What is to be done: a line a block, in their order."""
        if len(self.lines) == 1:
            return self.lines[0]
        return "\n".join(f"{number}. {line}" for number, line in enumerate(self.lines, start=1))


def task_of(blocks: Sequence[Any]) -> BlockTask:
    """The one task that blocks make.

    Raises:
        BadRequest: One of them is of a type, or has a field, that is not served; says which.
    """
    made = BlockTask()
    for number, block in enumerate(blocks):
        if not isinstance(block, Mapping):
            raise BadRequest(f"{_PLACE}.{number}", "must be an object")
        where = f"{_PLACE}.{block.get('label') or number}"
        _refuse_what_is_not_served(block, where, _label(blocks, number + 1))
        _add(made, block, where)
    if not made.lines:
        raise BadRequest(_PLACE, "say nothing that is to be done; give one with words, such as a task block")
    return made


_PLACE = "workflow_definition.blocks"


def _label(blocks: Sequence[Any], number: int) -> str | None:
    block = blocks[number] if number < len(blocks) else None
    return block.get("label") if isinstance(block, Mapping) else None


def _refuse_what_is_not_served(block: Mapping[str, Any], where: str, next_label: str | None) -> None:
    kind = str(block.get("block_type"))
    if kind not in WORDS:
        raise BadRequest(f"{where}.block_type", f"{kind!r} is not served; there are {', '.join(WORDS)}")
    if block.get("next_block_label") not in (None, next_label):
        raise BadRequest(
            f"{where}.next_block_label", "must name the next block: blocks are done in their order"
        )
    for name, value in block.items():
        known = name in WORDS[kind] or name in WITHOUT_EFFECT or name in MAPPED
        if not known and value not in (None, False, "", 0) and value not in ([], {}):
            raise BadRequest(f"{where}.{name}", "is not served; leave it out, or say it in words")


def _add(made: BlockTask, block: Mapping[str, Any], where: str) -> None:
    """Add what a block says to the task."""
    kind, url = block["block_type"], _text(block, "url", where)
    if url and (made.url or made.lines):
        made.lines.append(f"Go to {url}")
    elif url:
        made.url = url
    elif kind == "goto_url":
        raise BadRequest(f"{where}.url", "is missing")
    words = [said for name in WORDS[kind] if (said := _text(block, name, where))]
    for name, before in (("complete_criterion", "It is done when"), ("terminate_criterion", "Give up when")):
        if said := _text(block, name, where):
            words.append(f"{before}: {said}")
    if words:
        made.lines.append(" ".join(words))
    elif kind != "goto_url":
        raise BadRequest(f"{where}.{WORDS[kind][0]}", "is missing; say what is to be done")
    if block.get("data_schema") is not None:
        if made.schema is not None:
            raise BadRequest(f"{where}.data_schema", "is the second one; a run here has one output")
        made.schema = block["data_schema"]
    _add_fields(made.task, block, where)


def _add_fields(task: dict[str, Any], block: Mapping[str, Any], where: str) -> None:
    steps = block.get("max_steps_per_run") or block.get("max_steps")
    if steps:
        if isinstance(steps, bool) or not isinstance(steps, int):
            raise BadRequest(f"{where}.max_steps_per_run", "must be a whole number")
        task["max_steps"] = task.get("max_steps", 0) + steps
    if block.get("include_action_history_in_verification"):
        task["include_action_history_in_verification"] = True
    if codes := block.get("error_code_mapping"):
        if not isinstance(codes, Mapping):
            raise BadRequest(f"{where}.error_code_mapping", "must be an object: code -> what it means")
        task["error_code_mapping"] = {**task.get("error_code_mapping", {}), **codes}
    for theirs, ours in (
        ("engine", "engine"),
        ("totp_identifier", "totp_identifier"),
        ("totp_verification_url", "totp_url"),
    ):
        value = _text(block, theirs, where)
        if value and task.setdefault(ours, value) != value:
            raise BadRequest(f"{where}.{theirs}", "is another one than in a block before; a run has one")


def _text(block: Mapping[str, Any], name: str, where: str) -> str:
    value = block.get(name)
    if value is not None and not isinstance(value, str):
        raise BadRequest(f"{where}.{name}", "must be a text")
    return (value or "").strip()

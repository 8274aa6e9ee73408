"""A verb of a chat model: its arguments, what it comes to, and the other names under which they turn up."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from rapidfuzz.distance import OSA

from engines.action_codec.arguments.given import Given, Item

Kind = Literal["ref", "text", "texts", "number", "integer", "flag", "json", "sources", "region"]

Offer = Literal["always", "codes", "files", "output"]
"""Where something is offered as a tool: in every task, or where it has codes, files, or an output."""

Meaning = Callable[[Given], Item | tuple[Item, ...]]
"""From the arguments of a call to what it comes to.

Raises:
    ReplyError: An argument is missing or makes no sense.
"""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a verb; its meaning says whether it must be there, and what it may be."""

    name: str
    kind: Kind = "text"
    also: tuple[str, ...] = ()
    """Other names, folded (lower case, letters only)."""
    choices: tuple[str, ...] = ()
    """The words that it may be; (): any."""
    about: str = ""
    """What a tool says of it; "" where its name says all."""
    offered: Offer | None = "always"
    """None: it is read where it turns up, and no tool has it."""
    in_json: bool = True
    """Whether the schema of replies in JSON has it; False: tools alone do, or nobody is offered it."""


@dataclass(frozen=True, slots=True)
class Verb:
    """Something a model can do."""

    name: str
    meaning: Meaning
    """What it comes to."""
    shown: str
    """How the prompt shows it, an example and half a sentence."""
    arguments: tuple[Argument, ...] = ()
    main: str = ""
    """The argument meant by a lone value, as in `{"click": "f0e1"}`."""
    also: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Other names, folded -> the arguments they imply."""
    does: str = ""
    """What its tool says that it does; "" where its name says all."""
    needs: tuple[str, ...] = ()
    """Arguments that its tool requires."""
    offered: Offer | None = "always"
    """None: it is no tool of its own, since another one has it as an argument."""

    def argument(self, key: str) -> Argument | None:
        """The argument that a key means: by its name, another name, or its name misspelt by one letter."""
        folded = fold(key)
        for argument in self.arguments:
            if folded == fold(argument.name):
                return argument
        for argument in self.arguments:
            if folded in argument.also:
                return argument
        near = [each for each in self.arguments if misspelt(folded, fold(each.name))]
        return near[0] if len(near) == 1 else None


def fold(name: str) -> str:
    """A name without case, separators and digits: `Click_Element` and `clickElement` are one."""
    return re.sub(r"[^a-z]", "", name.lower())


def misspelt(said: str, meant: str) -> bool:
    """Whether a folded name is another one with one letter wrong."""
    return min(len(said), len(meant)) >= 4 and OSA.distance(said, meant) == 1


def also(*names: str, **implied: Any) -> dict[str, dict[str, Any]]:
    """Other names of a verb, folded, and the arguments that they imply."""
    return dict.fromkeys(names, implied)


REF = Argument(
    "ref",
    "ref",
    also=(
        "element", "elementid", "elementref", "elementindex", "id", "index", "target", "targetref", "uid",
        "node", "nodeid", "elem", "refid", "bid", "selector",
    ),
)  # fmt: skip
X = Argument("x", "number", also=("coordinatex",), offered=None)
Y = Argument("y", "number", also=("coordinatey",), offered=None)
"""A tool has a place of the picture in `ref`."""
OUTPUT = Argument(
    "output", "json", also=("result", "data", "answer", "extracteddata", "extractedinformation", "value")
)

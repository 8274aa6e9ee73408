"""The arguments of one call, read one by one, and what a call can come to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from browser.model.actions import Action, Point, Target
from browser.model.keys import Modifier
from browser.model.observation import LookRequest
from engines.action_codec.arguments import shown
from engines.action_codec.arguments import values as read
from engines.action_codec.arguments.shown import Shown
from engines.action_codec.arguments.values import Read, T
from engines.action_codec.reply_error import ReplyError
from engines.protocol import AskUser, Finish, GiveUp

End = Finish | GiveUp | AskUser
Item = Action | LookRequest | End
"""What a call comes to: something to do or to look at, or an end of the task."""

LONGEST_WAIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Given:
    """The arguments of one call under the names of this table, read one by one; null is as if not given."""

    call: str
    """What the model called, for complaints."""
    arguments: Mapping[str, Any]
    shown: Shown
    names: Mapping[str, str] = field(default_factory=dict)
    """What the model's protocol calls an argument, where that is another name."""

    def __contains__(self, name: str) -> bool:
        return self.arguments.get(name) is not None

    def needed(self, name: str, reader: Read[T]) -> T:
        """An argument that must be there."""
        if name not in self:
            raise ReplyError(f"{self.call} needs {self._called(name)}")
        return reader(self._called(name), self.arguments[name])

    def optional(self, name: str, reader: Read[T], default: T) -> T:
        """An argument, or what is meant where it is not given."""
        return self.needed(name, reader) if name in self else default

    def target_or_none(self, ref: str = "ref", point: str = "point") -> Target | None:
        """The element or the place that is meant; None: neither is named."""
        if ref in self:
            return self.needed(ref, self.element)
        return self.needed(point, self.point) if point in self else None

    def target(self, ref: str = "ref", point: str = "point") -> Target:
        """The element or the place that is meant."""
        found = self.target_or_none(ref, point)
        if found is None:
            raise ReplyError(f"{self.call} needs {self._called(point if point in self.names else ref)}")
        return found

    def point(self, name: str, value: Any) -> Point:
        """Reads a place."""
        return shown.point(name, value, self.shown)

    def points(self, name: str, value: Any) -> tuple[Point, ...]:
        """Reads a list of places."""
        if not isinstance(value, list | tuple):
            raise ReplyError(f"{name} must be a list of points, not {read.brief(value)}")
        return tuple(self.point(name, each) for each in value)

    def held(self) -> tuple[Modifier, ...]:
        """The modifier keys that are held meanwhile."""
        return self.optional("modifiers", read.modifiers, ())

    def seen(self, reader: Callable[[str, Any, Shown], T]) -> Read[T]:
        """A reader that looks things up in what was shown."""
        return lambda name, value: reader(name, value, self.shown)

    def address(self, name: str, value: Any) -> str:
        """Reads an address, a relative one from the page's."""
        return read.address(name, value, self.shown.url)

    def element(self, name: str, value: Any) -> str:
        """Reads an element that can be acted on."""
        found = shown.ref(name, value, self.shown)
        if found.endswith(shown.NOTE):
            raise ReplyError(f"{found} is a note of what is not listed; look at it first")
        return found

    def _called(self, name: str) -> str:
        return f'"{self.names.get(name, name)}"'

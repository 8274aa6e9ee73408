"""From a call to what is done: the name of an action and its arguments -> browser actions.

The front ends (`read` for a chat model's JSON, `Wire` for a provider's own tools) say what a protocol calls
an action and its arguments. What an action needs, and what each argument may be, is said in `verbs` alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from browser.model.actions import Action
from browser.model.observation import LookRequest
from engines.action_codec.arguments.given import Given, Item
from engines.action_codec.arguments.shown import Shown
from engines.action_codec.verbs import in_browser, of_task, on_page
from engines.action_codec.verbs.verb import Meaning
from engines.protocol import AskUser, Finish, GiveUp

VERBS = (*on_page.VERBS, *in_browser.VERBS, *of_task.VERBS)
"""What a chat model can do; prompts describe this table, and schemas are made of it."""

ACTIONS: Mapping[str, Meaning] = {
    **{verb.name: verb.meaning for verb in VERBS},
    **on_page.BY_POINTER_AND_KEYS,
}
"""Every action that a model can ask for through whatever protocol, by its name in `verbs`."""


def items(action: str, given: Given) -> tuple[Item, ...]:
    """The actions, or the end, that a call of a verb means; one call may mean several.

    Raises:
        ReplyError: An argument is missing or makes no sense.
    """
    made = ACTIONS[action](given)
    return made if isinstance(made, tuple) else (made,)


def acts(found: tuple[Item, ...]) -> tuple[Action, ...]:
    """What is done, of items that are neither a look nor an end."""
    return tuple(item for item in found if not isinstance(item, LookRequest | Finish | GiveUp | AskUser))


@dataclass(frozen=True, slots=True)
class Wire:
    """How a provider's protocol calls an action of the table."""

    action: str
    names: Mapping[str, str] = field(default_factory=dict)
    """For each argument of the table that it has, what the protocol calls it."""
    implied: Mapping[str, Any] = field(default_factory=dict)
    """Arguments that it means without saying them."""
    needs: tuple[str, ...] = ()
    """Arguments that must be there, though the table could do without."""

    def read(self, call: str, written: Mapping[str, Any], shown: Shown) -> tuple[Item, ...]:
        """The actions, or the end, that a call means.

        Raises:
            ReplyError: An argument is missing or makes no sense.
        """
        named = {ours: written.get(theirs) for ours, theirs in self.names.items()}
        said = {name: value for name, value in named.items() if value is not None}
        given = Given(call, {**self.implied, **said}, shown, self.names)
        for name in self.needs:
            given.needed(name, lambda name, value: value)
        return items(self.action, given)

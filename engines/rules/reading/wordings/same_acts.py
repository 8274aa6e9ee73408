"""Other words that applications have for an act: `decline` may be called `Reject`, `duplicate` `Make a copy`.

Only verbs of one meaning stand together, whatever is done with them. They are asked only where a page has
nothing that is called by the word of the prompt.
"""

from __future__ import annotations

_GROUPS = (
    ("decline", "reject", "deny", "refuse", "turn down"),
    ("approve", "accept"),
    ("duplicate", "copy", "make copy", "clone"),
    ("restore", "recover", "untrash", "put back", "undelete"),
    ("pause", "hold", "put hold"),
    ("deactivate", "disable", "turn off"),
    ("activate", "enable", "turn on"),
    ("cancel", "call off"),
    ("revoke", "withdraw"),
    ("follow", "watch"),
    ("unfollow", "unwatch"),
    ("star", "favorite", "favourite"),
    ("unsubscribe", "opt out"),
    ("refund", "give back"),
    ("resolve", "solve"),
    ("finalize", "finalise"),
    ("reassign", "assign", "change assignee", "change owner"),
    ("answer", "reply", "respond"),
    ("end", "terminate"),
    ("resend", "send again"),
)


def same_acts(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """What else an act may be called; [] where nothing says the same."""
    said = " ".join(words)
    others = (one for group in _GROUPS if said in group for one in group if one != said)
    return [tuple(one.split()) for one in others]

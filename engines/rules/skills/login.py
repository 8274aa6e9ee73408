"""Logging in: `log in with username "ann" and password "x"`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from browser.model.observation import Element
from engines.rules.reading.clauses import Clause
from engines.rules.scene import Scene
from engines.rules.skills.base import Notes, Read
from engines.rules.skills.controls.fields import fill
from engines.rules.skills.press import press, submit_button
from engines.rules.step_generator import Evidence, NotFound, StepGenerator


@dataclass(frozen=True, slots=True)
class LogIn:
    """Fill in the form for logging in, and send it."""

    user: str
    password: str = field(repr=False)

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """The password's field is the one of that type; the user's is the one before it."""
        user, password = login_fields(scene)
        told = yield from fill([(user, self.user), (password, self.password)], scene, notes)
        sent = yield from press(submit_button(scene))
        return Evidence(f"{told.said}; {sent.said}")


def login_fields(scene: Scene) -> tuple[Element, Element]:
    """The fields for the user's name and the password.

    Raises:
        NotFound: There is no such form.
    """
    fields = [element for element in scene.fields if element.enabled]
    secret = [at for at, element in enumerate(fields) if element.input_type == "password"]
    if len(secret) != 1 or secret[0] == 0:
        raise NotFound("found no form with a user's name and one password")
    return fields[secret[0] - 1], fields[secret[0]]


_WHO = (
    r"(?:(?:the )?(?:user ?name|user|e-?mail(?: address)?|login|account)\s*[:=]?\s*)?(?P<user>‹\d+›|[^\s,]+)"
)
_LOGIN = re.compile(
    rf"^(?:to (?:the |this )?(?:site|page|account|app) )?(?:as|with|using)\s+{_WHO}[\s,]+(?:and |with )?"
    r"(?:(?:the )?password|pass)\s*[:=]?\s*(?P<password>‹\d+›|\S+)$",
    re.IGNORECASE,
)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`log in as ann with password x`, `sign in with username "ann" and password "x"`."""
    clause = clauses[0]
    match = _LOGIN.match(clause.rest) if clause.verb == "login" else None
    return Read(LogIn(clause.spoken(match["user"]), clause.spoken(match["password"]))) if match else None

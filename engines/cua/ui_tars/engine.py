"""The engine: a screenshot each turn, a thought and a few calls back."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace

from browser.model.observation import Observation, View
from browser.model.text import cut
from engines.action_codec.asked import Aside, unusable
from engines.action_codec.json_in_text.find_json import answer_in
from engines.action_codec.reply_error import ReplyError
from engines.cua.shared.opinions import PAGE_TOKENS, chosen_codes, judged, proposed_start
from engines.cua.shared.sight import Sight, grey
from engines.cua.ui_tars.coordinates import Kind, Picture, Sizes, kind_of_name, picture_of
from engines.cua.ui_tars.history import History
from engines.cua.ui_tars.meaning import Meaning, Surroundings, meaning_of
from engines.cua.ui_tars.news import more_actions, news_text, plain
from engines.cua.ui_tars.parser import parsed, repeated
from engines.errors import ModelTruncated, ModelUnusable
from engines.models.chat import ChatModel, Message, Reply
from engines.models.failures import ContextOverflow
from engines.output_spec import JSON, Schema
from engines.prompts.asides import CODES, START, earlier_text
from engines.prompts.checking.question import VERDICT
from engines.prompts.pictures import SMALLEST
from engines.prompts.templates import rendered
from engines.protocol import Act, Decision, Evidence, Finish, Goal, Turn, Usage, Verdict

_REPLIES = 4
"""Answers to one turn: the first, and three after its mistake was named."""
_MOST_CALLS = 8
"""Carried out of one reply; a model that lists more has fallen into a loop."""
_PAGE_CHARS = 9000
_NOTES = 12
"""Replies whose words go along when the result is written down."""


class UiTars:
    """Works on one goal with a model of the UI-TARS family, by pointing at pictures.

    Args:
        turns: The model, for the conversation of the task.
        asides: The same model, for questions beside it: the result as JSON, whether it is done.
        kind: What its coordinates mean; None: its name says.
        sizes: How many pixels a picture may have.
    """

    def __init__(
        self,
        turns: ChatModel,
        asides: ChatModel,
        *,
        kind: Kind | None = None,
        sizes: Sizes | None = None,
        nonce: str = "",
    ) -> None:
        self._turns, self._asides = turns, asides
        self._kind = kind
        self._sizes = sizes or Sizes()
        self._nonce = nonce or secrets.token_hex(4)
        self._history: History | None = None
        self._picture: Picture | None = None
        self._told = 0
        self._called = 0
        """How many actions the last reply came to."""
        self._guessed = ""

    @property
    def view(self) -> View:
        """The viewport's picture; the page's text is for the result and the completion check."""
        return View(screenshots="viewport", budget_tokens=PAGE_TOKENS)

    @property
    def usage(self) -> Usage:
        """What the model has counted."""
        return self._asides.usage.plus(self._turns.usage)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the caller should know about how it works here."""
        return (*getattr(self._turns, "remarks", ()), *((self._guessed,) if self._guessed else ()))

    async def decide(self, turn: Turn) -> Decision:
        """Show the model the page and carry over what it calls, naming its mistake where it makes one."""
        history = self._history = self._history or History(self._task(turn.goal))
        picture = self._picture = self._seen(turn.observation)
        results = turn.history[-1] if len(turn.history) > self._told else ()
        self._told = len(turn.history)
        history.show(picture, news_text(turn, results, self._called, self._nonce))
        reply, meaning, thought = await self._understood(history, picture, turn.goal)
        history.heard(reply)
        self._called = len(meaning.actions)
        if isinstance(meaning.end, Finish):
            return replace(meaning.end, output=await self._output(meaning.end, turn))
        return meaning.end or Act(actions=meaning.actions, thought=thought)

    async def judge(self, goal: Goal, evidence: Evidence) -> Verdict:
        """Ask, in a conversation of its own, whether the goal is met."""
        talk = _Aside(self._asides, VERDICT)
        return await judged(talk, talk.ask, goal, evidence, SMALLEST, self._nonce)

    async def propose_start(self, goal: Goal) -> str:
        """Ask the model for an address; "" where it knows none or says nothing usable."""
        talk = _Aside(self._asides, START)
        return await proposed_start(talk, talk.ask, goal)

    async def choose_codes(self, goal: Goal, reason: str, page: Observation | None) -> tuple[str, ...]:
        """Ask the model which error codes describe a failure; empty where it names none."""
        talk = _Aside(self._asides, CODES)
        return await chosen_codes(talk, talk.ask, goal, reason, page, self._nonce)

    async def close(self) -> None:
        """Release the model."""
        await self._turns.close()
        await self._asides.close()

    def _task(self, goal: Goal) -> str:
        task = "\n\n".join(filter(None, (goal.text, earlier_text(goal, self._nonce))))
        return rendered(
            __package__, "prompt.txt", task=plain(task), more=more_actions(goal), nonce=self._nonce
        )

    def _seen(self, page: Observation) -> Picture:
        """The page's picture; behind an open dialog the last one, or a grey one of the viewport's size."""
        if page.screenshots:
            return picture_of(page.screenshots[0], self._sizes)
        return self._picture or picture_of(grey(*page.viewport), self._sizes)

    async def _understood(self, history: History, picture: Picture, goal: Goal) -> tuple[Reply, Meaning, str]:
        """The first reply that can be used, what it comes to, and its thought."""
        asides: list[Aside] = []
        while len(asides) < _REPLIES:
            reply = await self._asked(history, asides)
            try:
                said = parsed(_whole_lines(reply))
                around = Surroundings(picture, self._kind_now(), goal, said.thought)
                return reply, meaning_of(said.calls[:_MOST_CALLS], around), said.thought
            except ReplyError as mistake:
                asides.append((reply, _again(mistake, reply)))
        raise _unusable(asides)

    async def _asked(self, history: History, asides: list[Aside]) -> Reply:
        """Ask, with less and less of the past where all of it does not fit."""
        while True:
            try:
                reply = await self._turns.ask(history.messages(asides))
                self._check_sight(reply, history.pictures)
                return reply
            except ContextOverflow:
                if not history.shorten():
                    raise

    def _check_sight(self, reply: Reply, pictures: tuple[Picture, ...]) -> None:
        """Whether the model has seen what it was shown: by what the server has counted.

        Raises:
            ModelUnusable: It sees nothing.
            ContextOverflow: The server has cut some pictures off.
        """
        counted, sent = reply.usage.input_tokens, reply.usage.images
        name = self._turns.usage.model or "the model"
        if not self._turns.sees_images or 0 < counted < pictures[-1].tokens // 2:
            raise ModelUnusable(
                f"{name} does not look at pictures, and ui-tars works by nothing else (a screenshot has "
                f"{pictures[-1].tokens} tokens, the server counted {counted} in all); serve a "
                "checkpoint with its vision part (llama.cpp: --mmproj)"
            )
        shown = sum(picture.tokens for picture in pictures[-sent:]) if sent else 0
        if 0 < counted < shown * 0.6:
            raise ContextOverflow(
                f"the server cut the prompt of {name} to {counted} tokens, of {shown} that its screenshots "
                "alone have; raise its context length (with Ollama: OLLAMA_CONTEXT_LENGTH)",
                limit=counted,
            )

    def _kind_now(self) -> Kind:
        """What the coordinates mean; only now may the model's name be known."""
        if self._kind is None:
            name = self._turns.usage.model
            self._kind = kind_of_name(name)
            if self._kind is None:
                self._kind = "resized"
                self._guessed = (
                    f"the name {name!r} does not say what the model's coordinates mean; they are taken as "
                    "pixels (UI-TARS-1.5). If clicks go astray set model.coordinates to 'norm1000'"
                )
        return self._kind

    async def _output(self, finish: Finish, turn: Turn) -> JSON:
        """The result in the form that is wanted, from a question of its own without a picture.

        What the model said where nothing is asked for; None where no readable answer comes: the loop then
        says what is missing.
        """
        goal = turn.goal
        if not goal.output:
            return finish.output
        talk = _Aside(self._asides, goal.output.schema)
        talk.tell(self._output_question(finish, turn))
        for _ in range(_REPLIES):
            answer = await talk.ask()
            try:
                found: JSON = answer_in(answer)
                return found
            except ReplyError as mistake:
                if goal.output.schema is None:
                    return answer.strip() or None
                talk.tell(f"That could not be used: {mistake}. Answer with the JSON and nothing else.")
        return None

    def _output_question(self, finish: Finish, turn: Turn) -> str:
        goal, history = turn.goal, self._history
        schema = json.dumps(goal.output.schema, ensure_ascii=False, separators=(",", ":"))
        form = f"It must be valid against this JSON Schema: {schema}"
        refused = f"Your last attempt was refused: {turn.complaint}" if turn.complaint else ""
        notes = history.thoughts[-_NOTES:] if history else ()
        return rendered(
            __package__,
            "output.txt",
            task=plain(goal.text),
            answer=plain(str(finish.output or "(none)")),
            notes=plain("\n".join(notes)) or "(nothing)",
            page=plain(turn.observation.text[:_PAGE_CHARS]),
            nonce=self._nonce,
            wanted=form if goal.output.schema is not None else f"It must hold: {goal.output.wish}",
            refused=plain(refused),
        )


class _Aside:
    """A conversation beside the task's."""

    def __init__(self, model: ChatModel, schema: Schema | None) -> None:
        self._model, self._schema = model, schema
        self._said: list[Message] = []

    def tell(self, text: str, sight: Sight | None = None) -> None:
        """Add a user message."""
        images = (sight.picture,) if sight else ()
        self._said.append(Message(role="user", text=plain(text), images=images))

    async def ask(self, system: str = "") -> str:
        """Send what was told; gives what is answered."""
        first = [Message(role="system", text=system)] if system else []
        reply = await self._model.ask([*first, *self._said], self._schema)
        self._said.append(Message(role="assistant", text=reply.text or "(nothing)", native=reply.native))
        return reply.text


def _whole_lines(reply: Reply) -> str:
    """What of a reply may be carried out: of one that was cut off not its last line."""
    return reply.text.rpartition("\n")[0] if reply.cut else reply.text


def _again(mistake: ReplyError, reply: Reply) -> str:
    cut = " Your answer was cut off because it was too long." if reply.cut else ""
    return f"That could not be used: {plain(str(mistake))}.{cut} Nothing was done. Answer again."


def _unusable(asides: list[Aside]) -> ModelTruncated | ModelUnusable:
    units = [repeated(reply.text) for reply, _ in asides]
    if all(units):
        return ModelUnusable(
            f"{len(asides)} replies in a row only repeat {cut(units[-1], 40, '')!r}; that comes of weights "
            "in float16 instead of bfloat16, of a broken quantisation, or of a strange chat template"
        )
    return unusable(asides)

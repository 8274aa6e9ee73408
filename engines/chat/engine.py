"""The engine: one goal, one conversation, a page and its picture each turn."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Sequence
from dataclasses import replace

from browser.model.observation import LookAnswer, Observation, Screenshot, View
from browser.model.results import Collected
from browser.model.text import cut
from engines.action_codec.arguments.shown import Shown
from engines.action_codec.asked import REPLIES, Aside, Unanswered, answered, unusable
from engines.action_codec.memory import OnlyRemembered, joined
from engines.action_codec.reply_error import ReplyError
from engines.action_codec.small import read_codes, read_start, read_verdict
from engines.action_codec.vocabulary import reply_schema
from engines.chat.budgets import LEAST_PAGE_TOKENS, PAGE_TOKENS, Budgets
from engines.chat.conversation import Conversation, Exchange
from engines.chat.forms import BY_TOOLS, IN_JSON, begun, mistake_told, notes_on, understood, without_mark
from engines.chat.looked import Looked
from engines.chat.outcomes import Called, came_of
from engines.chat.rows import MARK, RowReader, filled, is_marked, item_schema, place_of_list
from engines.models.chat import Message, Reply, ToolModel, ToolResult
from engines.models.failures import ContextOverflow, ToolsRefused
from engines.models.tokens import estimated_image_tokens, estimated_tokens, reply_tokens
from engines.output_spec import JSON, Schema
from engines.prompts.asides import CODES, START, codes_question, start_question
from engines.prompts.changes import changes, known_after
from engines.prompts.checking.question import VERDICT, all_found, judge_question, judge_system
from engines.prompts.page import PageText, digest, elements_text, page_text
from engines.prompts.pictures import MOST_PICTURES, affordable, fitted
from engines.prompts.rows import last_collected, rows_text
from engines.prompts.templates import fenced, rendered, unmarked
from engines.prompts.turn import results_text, warnings_text
from engines.protocol import Act, Decision, Evidence, Finish, Goal, Look, Turn, Usage, Verdict

logger = logging.getLogger("agent_core." + __name__)

_MOST_PILED = 2.5
"""How many times as long as the page its list, its changes and the words around them may become."""
_PICTURE_TOKENS = 1200
"""What a picture of the viewport costs, until one was seen."""
_FIXED_TOKENS = 1500
"""What the prompt and the tools cost, until they are there."""
_KNOWN_PAGE_TOKENS = 3000
"""The most that the page takes in the check where of every value it is told where that was read."""
_ROWS_TOKENS = 12_000
"""The most that a list that was collected takes in the check."""
_LONG_PAGE_TOKENS = 1500
MOST_UNCALLED = 2
"""Replies in a row without a call, after which a model is asked in JSON."""


class Skyvern:
    """Works on one goal with a general chat model, by elements and, where the model sees, pictures."""

    def __init__(
        self,
        model: ToolModel,
        *,
        max_scrolls: int = 0,
        nonce: str = "",
        memory: str = "",
        background: str = "",
        context_tokens: int = 0,
    ) -> None:
        """Make it.

        Args:
            context_tokens: How long the model's context is; 0: it is asked.
            memory: What was written down before, a line each; "" for nothing.
            background: What there is to know of a goal beside its own text; "" for nothing.
        """
        self._model = model
        self._memory = memory
        self._background = background
        self._max_scrolls = max_scrolls
        self._nonce = nonce or secrets.token_hex(4)
        self._conversation: Conversation | None = None
        self._context_tokens = 0
        self._budgets = Budgets()
        if context_tokens:
            self._assume(context_tokens)
        self._picture_tokens = _PICTURE_TOKENS if model.sees_images else 0
        self._known: PageText | None = None
        """The page as the model knows it from what was listed and told."""
        self._notes: tuple[str, ...] = ()
        self._called = Called()
        self._told = 0
        self._ending: Finish | None = None
        """What the task ends with if all that was decided last is done."""
        self._missed = ""
        """What changed on the page when that was put forward, of which the model has not heard."""
        self._shown_rows: tuple[Collected | None, str] = (None, "")
        """The list of which rows were shown last, and how."""
        self._rows_of: Collected | None = None
        self._items: list[JSON] = []
        """What became of the rows of the list that was put into the schema last."""

    @property
    def view(self) -> View:
        """Elements, and pictures; where the model is known to be blind, how the elements look instead."""
        if not self._model.sees_images:
            return View(screenshots="none", budget_tokens=self._budgets.page, appearance=True)
        return View(
            screenshots="scrolled" if self._max_scrolls else "viewport",
            max_scrolls=min(self._max_scrolls, MOST_PICTURES - 1),
            budget_tokens=max(LEAST_PAGE_TOKENS, self._budgets.page - self._picture_tokens),
        )

    @property
    def usage(self) -> Usage:
        """What the model has counted."""
        return self._model.usage

    @property
    def remarks(self) -> tuple[str, ...]:
        """What there is to know of the model."""
        return self._model.remarks

    @property
    def memory(self) -> str:
        """What the model has written down so far, a line each; "" for nothing."""
        return self._conversation.written_down if self._conversation else self._memory

    async def prepare(self) -> None:
        """Learn how much the model can take in, so that the first page is listed as the ones after it."""
        await self._learn_context()

    async def decide(self, turn: Turn) -> Decision:
        """Show the model the turn and read its answer, naming its mistake where it makes one.

        Where its last answer was to end the task once its actions were done, and they are, it is not asked:
        the completion check looks at what came of them.
        """
        ending, self._ending = self._ending, None
        if ending is not None and self._is_all_done(turn):
            self._called = replace(self._called, claimed=True)
            self._missed = turn.effect
            return ending
        turn = replace(turn, effect=self._missed or turn.effect)
        await self._learn_context()
        try:
            return await self._decided_somehow(turn)
        except ContextOverflow as overflow:
            self._halve_context(overflow.limit)
            return await self._decided_somehow(turn)

    async def judge(self, goal: Goal, evidence: Evidence, found: str = "") -> Verdict:
        """Ask the model, in a conversation of its own, whether the goal is met; not where that is settled.

        Args:
            found: What was read and checked on earlier pages, where somebody kept that.
        """
        if evidence.settled:
            return Verdict(met=True)
        await self._learn_context()
        try:
            return await self._judged(goal, evidence, found)
        except ContextOverflow as overflow:
            self._halve_context(overflow.limit)
            return await self._judged(goal, evidence, found)

    async def propose_start(self, goal: Goal) -> str:
        """Ask the model for an address; "" where it knows none or says nothing usable."""
        reply = await self._model.ask(self._alone("You know the web.", start_question(goal)), START)
        try:
            return read_start(reply.text)
        except ReplyError:
            return ""

    async def choose_codes(self, goal: Goal, reason: str, page: Observation | None) -> tuple[str, ...]:
        """Ask the model which error codes describe a failure; empty where it names none."""
        await self._learn_context()
        seen = (
            page_text(page, max(LEAST_PAGE_TOKENS, self._context_tokens // 4), looks=False) if page else None
        )
        question = codes_question(goal, reason, seen, self._nonce)
        reply = await self._model.ask(self._alone("You name the kind of a failure.", question), CODES)
        try:
            return read_codes(reply.text, goal.error_codes)
        except ReplyError:
            return ()

    async def close(self) -> None:
        """Close the model's connections."""
        await self._model.close()

    def _is_all_done(self, turn: Turn) -> bool:
        """Whether the actions of the last answer were all done, and nothing stands in their way now."""
        done = turn.history[self._told :]
        meant = self._called.decision
        return (
            isinstance(meant, Act)
            and len(done) == 1
            and len(done[0]) == len(meant.actions)
            and all(result.ok for result in done[0])
            and turn.observation.dialog is None
            and not (turn.complaint or turn.nudge or turn.answer)
        )

    async def _learn_context(self) -> None:
        if not self._context_tokens:
            self._assume(await self._model.context_tokens())

    def _assume(self, context_tokens: int) -> None:
        """Take the context to be so long; what the first turn has besides the page is guessed."""
        self._context_tokens = context_tokens
        free = context_tokens - reply_tokens(context_tokens) - _FIXED_TOKENS
        self._budgets = Budgets.of(context_tokens, free)

    def _halve_context(self, limit: int | None) -> None:
        """Lower the assumed context length: to what the server has now stated, or to half."""
        known = limit if limit is not None and limit < self._context_tokens else self._context_tokens // 2
        self._context_tokens = max(known, 1)

    async def _decided_somehow(self, turn: Turn) -> Decision:
        """The decision, by tools or, where these turn out to be refused or not to be used, in JSON."""
        try:
            return await self._decided(turn)
        except ToolsRefused as refused:
            logger.info("Asked again in JSON: %s", refused)
            return await self._decided(turn)

    async def _decided(self, turn: Turn) -> Decision:
        conversation = self._shortened(turn.goal)
        new, shown, known = self._exchange(turn, conversation)
        asides: list[Aside] = []
        noted = ""
        while len(asides) < REPLIES:
            reply = await self._asked(conversation, new, asides, turn.goal)
            try:
                said = understood(reply, shown)
                decision = await self._with_rows(said.decision, turn)
            except ReplyError as mistake:
                noted = joined(noted, mistake.memory if isinstance(mistake, OnlyRemembered) else "")
                told = mistake_told(mistake, reply, by_tools=bool(conversation.tools))
                asides.append((reply, told))
                self._forgo_tools_where_none_is_called(conversation, asides)
                continue
            conversation.add(new, reply, decision.thought, joined(noted, said.memory))
            self._known = known
            self._told = len(turn.history)
            self._called = Called.of(conversation.old[-1].calls, said)
            self._ending, self._missed = said.ending, ""
            self._notes = notes_on(said, reply)
            return self._budgets.shared_by(decision) if isinstance(decision, Look) else decision
        raise unusable(asides)

    async def _asked(
        self, conversation: Conversation, new: Exchange, asides: list[Aside], goal: Goal
    ) -> Reply:
        messages = conversation.asking(new, asides)
        if conversation.tools:
            reply = await self._model.ask(messages, tools=conversation.tools)
        else:
            reply = await self._model.ask(messages, reply_schema(goal.output.schema))
        return without_mark(reply, self._nonce)

    def _forgo_tools_where_none_is_called(self, conversation: Conversation, asides: list[Aside]) -> None:
        """Raise ToolsRefused once a model has been told twice to call one, and has not."""
        called = any(reply.calls for reply, _ in asides)
        if conversation.tools and not called and len(asides) == MOST_UNCALLED:
            self._model.forgo_tools()
            raise ToolsRefused("the model calls none of the tools that it is offered")

    async def _with_rows(self, decision: Decision, turn: Turn) -> Decision:
        """What it finishes with, its list made of all rows that were collected where it says so."""
        schema, collected = turn.goal.output.schema, last_collected(turn.history)
        place = place_of_list(schema)
        if not isinstance(decision, Finish) or schema is None or place is None:
            return decision
        if not is_marked(decision.output, place):
            return decision
        if collected is None:
            raise ReplyError("no rows were collected; collect them first, or give the list itself")
        if turn.complaint or self._rows_of is not collected:
            reader = RowReader(self._model, self._nonce, turn.goal, item_schema(schema, place))
            self._items = await reader.read(collected, self._context_tokens)
            self._rows_of = collected
        return replace(decision, output=filled(decision.output, place, self._items))

    def _rows_to_show(self, collected: Collected | None, budget: int, conversation: Conversation) -> str:
        """The rows that were collected last, where they are not shown already."""
        before, rows = self._shown_rows
        if collected is not before or not any(rows in reading for reading in conversation.readings):
            rows = self._rows(collected, budget)
            self._shown_rows = (collected, self._plain(rows))
            return rows
        return ""

    def _rows(self, collected: Collected | None, budget: int) -> str:
        """The rows that were collected last, as far as there is room."""
        if collected is None or not collected.rows:
            return ""
        found = rows_text(collected, budget)
        count = len(collected.rows)
        ended = "" if collected.complete else f"; there may be more: {collected.why}"
        more = f"\n(rows {found.shown + 1} to {count} have no room here)" if found.shown < count else ""
        return f"COLLECTED ROWS, {count}{ended}\n{found.text}{more}"

    def _shortened(self, goal: Goal) -> Conversation:
        """The conversation, within what it may take of the context; the rest is for the page."""
        conversation = self._conversation
        if conversation is None:
            conversation = self._conversation = self._begun(goal)
        if conversation.tools and not self._model.calls_tools:
            fixed = self._begun(goal)
            conversation.system, conversation.goal, conversation.tools = fixed.system, fixed.goal, ()
        free = self._context_tokens - reply_tokens(self._context_tokens)
        free -= conversation.fixed_tokens
        conversation.shorten(max(0, free // 3))
        free -= conversation.tokens
        self._budgets = Budgets.of(self._context_tokens, free)
        return conversation

    def _begun(self, goal: Goal) -> Conversation:
        sees, by_tools = self._model.sees_images, self._model.calls_tools
        conversation = begun(goal, self._nonce, by_tools=by_tools, sees=sees, background=self._background)
        conversation.memory = self._memory
        return conversation

    def _exchange(self, turn: Turn, conversation: Conversation) -> tuple[Exchange, Shown, PageText]:
        found, more = self._looked(turn.looked, turn.observation.url)
        spent = sum(estimated_tokens(each.text) for each in found)
        spent += sum(map(estimated_image_tokens, more))
        pictures = self._afford(turn.observation.screenshots, self._budgets.pictures_beside(spent))
        pictured = sum(map(estimated_image_tokens, pictures))
        self._picture_tokens = min(pictured, self._budgets.page - LEAST_PAGE_TOKENS)
        budget = max(LEAST_PAGE_TOKENS, self._budgets.beside(spent) - pictured)
        collected = last_collected(turn.history)
        rows = self._rows_to_show(collected, budget // 2, conversation)
        page = page_text(turn.observation, budget - estimated_tokens(rows))
        before = self._known
        known, page_said = self._told_of(page, conversation)
        looked = "\n".join(each.beside(known, conversation.readings) for each in found)
        stays = "\n".join(filter(None, (*(each.kept(conversation.readings) for each in found), rows)))
        refs = frozenset[str]().union(*(each.page.refs for each in found))
        results, came, untold = self._outcomes(turn, conversation)
        happened = self._happened(untold)
        listed = page_said == page.text
        elsewhere = before is None or before.head.partition("\n")[0] != page.head.partition("\n")[0]
        text = rendered(
            __package__,
            "turn.txt",
            # As long as it is there, the page says itself that it is another one, or what changed in it.
            happened=happened if listed and not elsewhere else self._happened(replace(untold, effect="")),
            nonce=self._nonce,
            page="\n".join(filter(None, (page_said, looked, rows))),
            again=_again(turn.goal) if conversation.old and listed and _is_long(page) else "",
            answer=BY_TOOLS if conversation.tools else IN_JSON,
        )
        text += _about_rows(collected, turn.goal)
        kept = f"{happened}\n{self._fenced(digest(turn.observation))}"
        shown = replace(
            Shown.on(turn.observation),
            refs=known.refs | refs | conversation.read_refs,
            picture=pictures[0] if pictures else None,
            error_codes=frozenset(turn.goal.error_codes),
            output_types=_types(turn.goal.output.schema),
        )
        new = Exchange(
            text=text,
            kept=kept,
            read=self._fenced(stays) if stays else "",
            read_refs=refs,
            images=(*pictures, *more),
            results=results,
            came=came,
        )
        return new, shown, known

    def _told_of(self, page: PageText, conversation: Conversation) -> tuple[PageText, str]:
        """What the model knows of the page once it has read the words that go with it.

        The page is listed anew where little stands as it was, and before its changes grow as long as it is.
        """
        found = changes(self._known, page) if self._known and conversation.listed_tokens else None
        whole = estimated_tokens(page.text)
        if found is None or conversation.listed_tokens + estimated_tokens(found.text) > _MOST_PILED * whole:
            conversation.take_pages_out()
            return page, page.text
        assert self._known is not None
        return known_after(self._known, page, found), found.text

    def _afford(self, shots: Sequence[Screenshot], room: int) -> tuple[Screenshot, ...]:
        """No pictures for a blind model, else those that fit into so many tokens."""
        return affordable(shots, room) if self._model.sees_images else ()

    def _looked(
        self, answers: tuple[LookAnswer, ...], here: str
    ) -> tuple[tuple[Looked, ...], tuple[Screenshot, ...]]:
        """What was looked for: the texts that were found, and pictures."""
        found: list[Looked] = []
        pictures: list[Screenshot] = []
        for answer in answers:
            page = elements_text(answer.elements, here, self._budgets.looks // len(answers))
            found.append(Looked(answer, page))
            if answer.screenshot is not None and self._model.sees_images:
                pictures.append(fitted(answer.screenshot))
        return tuple(found), tuple(pictures)

    def _outcomes(self, turn: Turn, conversation: Conversation) -> tuple[tuple[ToolResult, ...], str, Turn]:
        """The results of the last calls, the same in words, and what of the turn is left to be told."""
        if not (conversation.tools and self._called.calls):
            return (), "", replace(turn, history=turn.history[self._told :])
        outcomes = came_of(self._called, turn, turn.history[self._told :], self._nonce)
        lines = "\n".join(result.text for result in outcomes.results)
        return outcomes.results, f"Results of your last actions:\n{self._fenced(lines)}", outcomes.left

    def _happened(self, turn: Turn) -> str:
        """What stays in the conversation: results that were not told yet, effects, complaints."""
        seen = [results_text(results) for results in turn.history]
        if turn.effect:
            seen.append(f"Since then: {turn.effect}")
        parts = [f"Steps left: {turn.steps_left}"]
        if seen:
            parts.append("Results of your last actions:\n" + self._fenced("\n".join(seen)))
        parts += [f"Of your last answer: {note}" for note in self._notes]
        parts.append(warnings_text(turn))
        return "\n".join(filter(None, parts))

    def _plain(self, text: str) -> str:
        return unmarked(text, self._nonce)

    def _fenced(self, text: str) -> str:
        return fenced(text, self._nonce)

    async def _judged(self, goal: Goal, evidence: Evidence, found: str) -> Verdict:
        free = self._context_tokens - reply_tokens(self._context_tokens) - 1500
        usual = _KNOWN_PAGE_TOKENS if all_found(evidence.readings) else PAGE_TOKENS
        most = max(LEAST_PAGE_TOKENS, min(usual, free // 2))
        page = page_text(evidence.after, most, looks=False)
        rows = self._rows(last_collected(evidence.history), min(_ROWS_TOKENS, max(0, free // 4)))
        page = replace(page, text="\n".join(filter(None, (page.text, rows))))
        messages = self._alone(
            judge_system(self._nonce),
            judge_question(goal, evidence, page, self._nonce, max(300, free // 4), found),
            self._afford(evidence.after.screenshots, free // 5),
        )
        try:
            return await answered(
                self._model, messages, VERDICT, lambda text: read_verdict(self._plain(text))
            )
        except Unanswered:
            # An opinion that nobody can read is no agreement.
            return Verdict(met=False, reason="the completion check gave no readable answer")

    def _alone(self, system: str, text: str, images: tuple[Screenshot, ...] = ()) -> list[Message]:
        return [Message(role="system", text=system), Message(role="user", text=text, images=images)]


def _is_long(page: PageText) -> bool:
    """Whether the task, which stands above it, may be out of sight below it."""
    return estimated_tokens(page.text) > _LONG_PAGE_TOKENS


def _again(goal: Goal) -> str:
    """The task once more, behind a page that stands between it and the answer."""
    return f"\nThe task again: {cut(goal.text, 600)}"


def _about_rows(collected: Collected | None, goal: Goal) -> str:
    """How all rows get into the output without being written down one by one."""
    place = place_of_list(goal.output.schema)
    if collected is None or not collected.rows or place is None:
        return ""
    shape = json.dumps(MARK if not place else {place[0]: MARK})
    return (
        f'\nTo give items for the {len(collected.rows)} collected rows, finish with "output":{shape}: '
        "each row is then put into the schema on its own."
    )


def _types(schema: Schema | None) -> frozenset[str]:
    kinds = (schema or {}).get("type", ())
    return frozenset({kinds} if isinstance(kinds, str) else kinds)

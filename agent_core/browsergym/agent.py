"""The agent object that BrowserGym's experiments use: an observation in, an action out."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Coroutine, Mapping
from dataclasses import replace
from typing import Any, TypeVar, Unpack

from agent_core.api.tasks import EngineChoice, request_of
from agent_core.browsergym.done import SUBSETS, ActionCalls, said_infeasible, said_to_user
from agent_core.browsergym.seen import Refs, observation_of
from agent_core.config import Settings
from agent_core.errors import BadRequest
from agent_core.loop.acts.policy import files_by_name, objection
from agent_core.runner.preparing.deciding import make_engine
from agent_core.runner.preparing.resolve import goal_of, prepare
from agent_core.task.keywords import TaskFields
from agent_core.task.request import TaskRequest
from browser.model.actions import Action, Goto, OpenTab, Upload
from browser.model.errors import ActionFailed
from browser.model.observation import LookAnswer, LookRequest, Observation
from browser.model.results import ActionResult
from engines.protocol import Act, AskUser, Decision, Engine, Finish, GiveUp, Goal, Look, Turn

T = TypeVar("T")

_MOST_LOOKS = 3
"""How often an engine may look closer at one observation."""


class BrowserGymAgent:
    """Decides by one of our engines in an environment of BrowserGym; one agent for one episode.

    BrowserGym keeps the browser, carries out the actions and says whether the task is done. What a run of
    ours adds (checks of the output, provenance, the run's folder) has no place there.
    """

    def __init__(
        self,
        *,
        engine: EngineChoice | None = None,
        settings: Settings | None = None,
        **fields: Unpack[TaskFields],
    ) -> None:
        """Nothing is started before the first observation.

        Args:
            engine: Its name, an engine, or what makes one; None: the default engine.
            settings: Default: `Settings.from_env()`, read at the first observation.
            fields: Further fields of a task, such as `model`; after `max_steps` the task is given up.
        """
        self._engine_choice, self._settings, self._fields = engine, settings, fields
        self._steps_left = 0
        self._refs = Refs()
        self._loop = _Loop()
        self._engine: Engine | None = None
        self._goal = Goal(text="")
        self._request: TaskRequest | None = None
        self._history: tuple[tuple[ActionResult, ...], ...] = ()
        self._sent: tuple[Action, ...] = ()
        """What was asked of BrowserGym last."""
        self._asked = False
        """Whether the last action was a question to the user."""
        self._url = ""

    @property
    def action_set(self) -> Any:
        """BrowserGym's own action set, for the environment's `action_mapping`."""
        from browsergym.core.action.highlevel import HighLevelActionSet

        return HighLevelActionSet(subsets=list(SUBSETS), multiaction=True)

    def obs_preprocessor(self, obs: Any) -> Any:
        """The observation as it is: the tree is read from its objects, and not from texts made of them."""
        return obs

    def get_action(self, obs: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """What to do next, as calls of the action set, and what the engine thought.

        Raises:
            BadRequest, UnknownEngine, EngineUnavailable: The engine cannot be made.
            ModelError: The model could not be used.
        """
        if self._engine is None:
            self._begin(obs)
        assert self._engine is not None
        picture = self._engine.view.screenshots != "none"
        page = observation_of(obs, self._refs, picture=picture)
        self._hear(obs, page)
        if self._steps_left <= 0:
            return said_infeasible("it was not done in the steps that were allowed"), {"think": ""}
        decision = self._loop.run(self._decide(obs, page))
        self._steps_left -= 1
        calls = self._calls(decision, page)
        return "\n".join(calls), {"think": decision.thought}

    def close(self) -> None:
        """Close the engine. Nothing happens if it is closed."""
        if self._engine is not None:
            self._loop.run(self._engine.close())
            self._engine = None
        self._loop.close()

    def _begin(self, obs: Mapping[str, Any]) -> None:
        prompt = _goal_text(obs)
        if not prompt.strip():
            raise BadRequest("goal", "the observation holds no goal, and no message of a user")
        request, own = request_of(prompt, None, self._engine_choice, self._fields)
        if request.ask_before:
            raise BadRequest("ask_before", "BrowserGym acts without asking anybody; leave it out")
        prepared = prepare(request, own_engine=own is not None, settings=self._settings)
        self._request = prepared.request
        self._goal, self._steps_left = goal_of(prepared.request), prepared.limits.steps
        self._engine = make_engine(prepared, own)

    def _hear(self, obs: Mapping[str, Any], page: Observation) -> None:
        """Take note of what came of the last actions."""
        if self._sent:
            problem = str(obs.get("last_action_error") or "")
            moved = page.url != self._url
            effect = f"the page went to {page.url}" if moved else ""
            self._history += (
                tuple(
                    ActionResult(
                        action=action,
                        did="" if problem else str(action),
                        problem=problem,
                        effect=effect,
                        navigated=moved,
                    )
                    for action in self._sent
                ),
            )
        self._sent, self._url = (), page.url

    async def _decide(self, obs: Mapping[str, Any], page: Observation) -> Decision:
        assert self._engine is not None
        looked: tuple[LookAnswer, ...] = ()
        answer = _last_words_of_the_user(obs) if self._asked else ""
        complaint = ""
        for _ in range(_MOST_LOOKS):
            turn = Turn(
                goal=self._goal,
                observation=page,
                history=self._history,
                complaint=complaint,
                looked=looked,
                answer=answer,
                steps_left=self._steps_left,
            )
            decision = await self._engine.decide(turn)
            if not isinstance(decision, Look):
                return decision
            looked = tuple(_looked(page, request) for request in decision.requests)
            complaint = "" if any(each.elements for each in looked) else "there is nothing more to look at"
        return GiveUp(reason="it only looked, and did nothing")

    def _calls(self, decision: Decision, page: Observation) -> list[str]:
        self._asked = isinstance(decision, AskUser)
        match decision:
            case Act(actions=actions):
                return self._acts(actions, page)
            case AskUser(text=text):
                return [said_to_user(text)]
            case Finish(output=output):
                said = output if isinstance(output, str) else json.dumps(output, ensure_ascii=False)
                return [said_to_user("done" if output is None else said)]
            case GiveUp(reason=reason):
                return [said_infeasible(reason)]
            case Look():
                return ["noop()"]

    def _acts(self, actions: tuple[Action, ...], page: Observation) -> list[str]:
        """The calls of a batch, up to the first action that BrowserGym does not know."""
        write = ActionCalls(self._refs, page)
        calls: list[str] = []
        for number, action in enumerate(actions):
            try:
                calls += write.of(self._allowed(action))
            except ActionFailed as error:
                if number == 0:
                    self._history += ((ActionResult(action=action, problem=str(error)),),)
                    return ["noop()"]
                break
            self._sent = actions[: number + 1]
        return calls

    def _allowed(self, action: Action) -> Action:
        """The action, with the files that it hands over by their paths.

        Raises:
            ActionFailed: It may not be carried out on the caller's machine, or leads where the task may not.
        """
        assert self._request is not None
        why = objection(action, self._request)
        if not why and isinstance(action, Goto | OpenTab):
            why = self._request.rules.objection(action.url)
        if why:
            raise ActionFailed(why)
        if not isinstance(action, Upload):
            return action
        given = files_by_name(self._request)
        return replace(action, files=tuple(given.get(name, name) for name in action.files))


class _Loop:
    """An event loop in a thread of its own: BrowserGym's Playwright may have one in the caller's."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="agent-core engine", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Carry it out, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def close(self) -> None:
        """End the thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()


def _goal_text(obs: Mapping[str, Any]) -> str:
    """The goal: as text, as a list of parts, or as what the user said last."""
    parts = obs.get("goal_object") or ()
    texts = [str(part["text"]) for part in parts if part.get("type") == "text"]
    return "\n".join(texts) or str(obs.get("goal") or "") or _last_words_of_the_user(obs)


def _last_words_of_the_user(obs: Mapping[str, Any]) -> str:
    said = [each["message"] for each in obs.get("chat_messages") or () if each.get("role") == "user"]
    return str(said[-1]) if said else ""


def _looked(page: Observation, request: LookRequest) -> LookAnswer:
    """What of the page a look asks for: all of it is in the observation already."""
    if request.ref:
        found = tuple(each for each in page.elements if _is_in(page, each.ref, request.ref))
    elif request.query:
        words = request.query.lower().split()
        found = tuple(each for each in page.elements if any(word in each.name.lower() for word in words))
    else:
        found = ()
    return LookAnswer(request=request, elements=found, problem="" if found else "nothing there")


def _is_in(page: Observation, ref: str, outer: str) -> bool:
    while ref and ref != outer:
        element = page.element(ref)
        ref = element.parent if element is not None else ""
    return ref == outer

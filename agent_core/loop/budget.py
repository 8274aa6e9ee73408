"""How much a run may use: steps, tokens, money. The wall clock is kept by `agent_core.runner.lifecycle`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from agent_core.task.request import DEFAULT_STEPS
from engines.protocol import Usage

Spent = Literal["", "REACH_MAX_STEPS", "BUDGET_TOKENS", "BUDGET_COST"]


class Budget:
    """Counts what is used and says when no further step may begin.

    Steps are exact: `take_step` answers yes `max_steps` times, and once more for each excused one. Tokens
    and cost are known only once a model has answered, so the call that passes a limit is the last one.
    """

    def __init__(
        self,
        max_steps: int = DEFAULT_STEPS,
        max_tokens: int | None = None,
        max_cost_usd: float | None = None,
        cost_usd: Callable[[Usage], float] | None = None,
        *,
        steps_before: int = 0,
        used_before: Usage = Usage(),  # noqa: B008  it is frozen
    ) -> None:
        """Begin to count.

        Args:
            max_steps: At least 1.
            max_tokens, max_cost_usd: None: no limit.
            cost_usd: What a usage costs, in US dollars.
            steps_before, used_before: What the run has used before it was interrupted.
        """
        if max_steps < 1:
            raise ValueError("a budget has at least one step")
        self.max_steps = max_steps
        self.max_tokens = max_tokens
        self.max_cost_usd = max_cost_usd
        self.steps_used = steps_before
        self.steps_excused = 0
        """Steps that a person kept from coming to anything; they are not counted."""
        self._cost_usd = cost_usd or (lambda usage: 0.0)
        self._before = self._usage = used_before

    def take_step(self) -> bool:
        """Use one step, if one is left and no other limit is passed."""
        if self.spent:
            return False
        self.steps_used += 1
        return True

    def excuse_step(self) -> None:
        """Give a step back that came to nothing, since a person took over the page."""
        self.steps_excused += 1

    def note(self, usage: Usage) -> None:
        """Count what the engine has used of its model so far."""
        self._usage = self._before.plus(usage)

    @property
    def steps_left(self) -> int:
        """Steps that remain, the one under way not counted."""
        return self.max_steps + self.steps_excused - self.steps_used

    @property
    def spent(self) -> Spent:
        """Which limit is reached, as the run's failure code; "" while none is."""
        if self.max_tokens is not None and self._tokens >= self.max_tokens:
            return "BUDGET_TOKENS"
        if self.max_cost_usd is not None and self._cost_usd(self._usage) >= self.max_cost_usd:
            return "BUDGET_COST"
        return "REACH_MAX_STEPS" if self.steps_left <= 0 else ""

    @property
    def verdict(self) -> str:
        """Why no further step may begin, as a sentence."""
        match self.spent:
            case "":
                return "there is budget left"
            case "REACH_MAX_STEPS":
                steps = "step" if self.max_steps == 1 else "steps"
                return f"not done in {self.max_steps} {steps}; raise max_steps if it needs more"
            case "BUDGET_TOKENS":
                return f"used {self._tokens} tokens of the {self.max_tokens} that max_tokens_total allows"
            case "BUDGET_COST":
                used = self._cost_usd(self._usage)
                return f"used {used:.4f} USD of the {self.max_cost_usd} that max_cost_usd allows"

    @property
    def _tokens(self) -> int:
        return self._usage.input_tokens + self._usage.output_tokens

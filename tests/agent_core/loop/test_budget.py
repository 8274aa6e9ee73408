"""What a run may use."""

from __future__ import annotations

import pytest

from agent_core.loop.budget import Budget
from engines.protocol import Usage


def test_steps_are_given_exactly_as_often_as_allowed():
    budget = Budget(3)
    assert [budget.take_step() for _ in range(5)] == [True, True, True, False, False]
    assert (budget.steps_used, budget.steps_left, budget.spent) == (3, 0, "REACH_MAX_STEPS")


def test_a_budget_of_nothing_is_a_mistake():
    with pytest.raises(ValueError, match="at least one step"):
        Budget(0)


def test_tokens_count_in_both_directions():
    budget = Budget(9, max_tokens=100)
    budget.note(Usage(input_tokens=60, output_tokens=39))
    assert budget.take_step()
    budget.note(Usage(input_tokens=60, output_tokens=40))
    assert not budget.take_step()
    assert budget.verdict == "used 100 tokens of the 100 that max_tokens_total allows"


def test_the_verdict_says_what_to_raise():
    budget = Budget(1)
    assert budget.verdict == "there is budget left"
    budget.take_step()
    assert budget.verdict == "not done in 1 step; raise max_steps if it needs more"

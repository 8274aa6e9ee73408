"""Sums and equations that stand on the page."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from browser.observation import Element
from engines.embedded.course import Ambiguous, Course, Evidence, NotFound, done
from engines.embedded.reading.clauses import Clause
from engines.embedded.reading.values import plain
from engines.embedded.scene import Scene
from engines.embedded.skills.base import Notes, Read

_SIGNS = str.maketrans({"×": "*", "÷": "/", "−": "-", "–": "-", "·": "*", "^": "**"})
_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def value_of(expression: str, unknown: float = 0.0) -> float:
    """What an expression of + - * / and one unknown is worth.

    Raises:
        ValueError: It is no such expression.
    """
    try:
        tree = ast.parse(
            re.sub(r"(?<=\d)\s*(?=[a-z(])", "*", expression.translate(_SIGNS).strip()), mode="eval"
        )
        return _worth(tree.body, unknown)
    except (SyntaxError, ZeroDivisionError, RecursionError) as error:
        raise ValueError(f"{expression!r} is no sum") from error


def _worth(node: ast.expr, unknown: float) -> float:
    match node:
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case ast.Name():
            return unknown
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_worth(operand, unknown)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _worth(operand, unknown)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _OPERATORS:
            return _OPERATORS[type(sign)](_worth(left, unknown), _worth(right, unknown))
    raise ValueError("no sum")


def solve(equation: str) -> float:
    """The one value of the one unknown of a linear equation, or of a sum that ends in `=`.

    Raises:
        ValueError: It is neither.
    """
    equation = re.sub(r"(?<=\d)\s*[xX]\s*(?=[-\d])", "*", equation)  # "3 x 9": a times sign, no unknown
    left, _, right = equation.partition("=")
    right = right.strip(" ?")
    if not right:
        return value_of(left)
    if len(set(re.findall(r"[a-z]", equation.lower()))) != 1:
        raise ValueError(f"{equation!r} has not one unknown")
    at_zero = value_of(left, 0.0) - value_of(right, 0.0)
    slope = value_of(left, 1.0) - value_of(right, 1.0) - at_zero
    if slope == 0:
        raise ValueError(f"{equation!r} has no single solution")
    return -at_zero / slope


def problems(scene: Scene) -> list[tuple[Element, float]]:
    """The sums and equations on the page, with what they come to."""
    found = []
    for text in scene.texts:
        words = text.name.strip()
        if re.search(r"\d", words) and re.fullmatch(r"[\d\sA-Za-z+\-*/×÷−–·().=?]+", words):
            if not ("=" in words and re.search(r"[+\-*/×÷−–·]|\d\s*[xX]\s*\d", words)):
                continue
            try:
                found.append((text, solve(words)))
            except ValueError:
                continue
    return found


@dataclass(frozen=True, slots=True)
class Solve:
    """Work out the one problem on the page."""

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Remember the answer for the step that types it."""
        found = problems(scene)
        if not found:
            raise NotFound("found no sum or equation on the page")
        if len(found) > 1:
            raise Ambiguous(f"there are {len(found)} sums on the page")
        notes.held = plain(round(found[0][1], 10))
        return (yield from done(Evidence(f"{found[0][0].name.strip()!r} gives {notes.held}")))


def read(clauses: Sequence[Clause]) -> Read | None:
    """`solve the math problem`, `solve for x`."""
    clause = clauses[0]
    if clause.verb == "solve" and len(clause.rest.split()) <= 6:
        return Read(Solve())
    return None

"""Tic-tac-toe: played to win on any page that shows its nine cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from browser.actions import Click, Wait
from browser.observation import Element
from engines.embedded.course import CannotDo, Course, Evidence, NotFound, Turns, act
from engines.embedded.reading.clauses import Clause
from engines.embedded.scene import Scene, fold
from engines.embedded.skills.base import Notes, Read

_LINES = ((0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6))
Board = tuple[int, ...]
"""Nine cells in reading order: 1 ours, -1 the opponent's, 0 free."""


@dataclass(frozen=True, slots=True)
class WinThreeInRow:
    """Play until three of our marks stand in a line."""

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Click the best free cell, look at the answer, and so on."""
        cells = nine_cells(scene)
        free = _commonest([_mark(cell) for cell in cells])
        ours: set[int] = set()
        board = _board(cells, scene, free, ours)
        while 0 in board and winner(board) == 0:
            place = best_move(board)
            scene = yield from act(Click(cells[place].ref))
            ours.add(place)
            if any(set(line) <= ours for line in _LINES):
                refs = tuple(cells[place].ref for place in sorted(ours))
                return Evidence("three of our marks stand in a line", refs=refs)
            scene = yield from _after_answer(cells, scene, free, ours)
            board = _board(cells, scene, free, ours)
        raise CannotDo("the game ended without three of our marks in a line")


def nine_cells(scene: Scene) -> list[Element]:
    """Nine clickable places of one size in three rows of three, in reading order.

    Raises:
        NotFound: There are none.
    """
    groups: dict[tuple[int, int], list[Element]] = {}
    for element in scene.elements:
        if element.interactive and element.box and element.box.width > 8:
            size = (round(element.box.width), round(element.box.height))
            groups.setdefault(size, []).append(element)
    for group in groups.values():
        if len(group) == 9 and _is_square(group):
            return sorted(group, key=_place)
    raise NotFound("found no board of three rows of three cells")


def _is_square(group: Sequence[Element]) -> bool:
    places = {_place(element) for element in group}
    return len({y for y, _ in places}) == 3 and len({x for _, x in places}) == 3 and len(places) == 9


def _place(element: Element) -> tuple[int, int]:
    return (round(element.box.y), round(element.box.x)) if element.box else (0, 0)


def _mark(element: Element) -> str:
    """What tells a marked cell from a free one: words on it, or the names its author gives it."""
    names = sorted(hint for hint in element.hints if not hint.isdigit())
    return " ".join([fold(element.text or element.name), element.role, *names])


def _commonest(marks: Sequence[str]) -> str:
    return max(marks, key=marks.count)


def _board(cells: Sequence[Element], scene: Scene, free: str, ours: set[int]) -> Board:
    board = []
    for place, cell in enumerate(cells):
        now = scene.get(cell.ref)
        marked = now is None or _mark(now) != free or bool(scene.children(now))
        board.append(1 if place in ours else -1 if marked else 0)
    return tuple(board)


def _after_answer(cells: Sequence[Element], scene: Scene, free: str, ours: set[int]) -> Turns:
    """Wait, where it must be, until the opponent has moved."""
    before = len(ours)
    for _ in range(3):
        board = _board(cells, scene, free, ours)
        if board.count(-1) >= before or 0 not in board:
            break
        scene = yield from act(Wait(0.4))
    return scene


def winner(board: Board) -> int:
    """1 or -1 where that side has a line, else 0."""
    for line in _LINES:
        total = sum(board[place] for place in line)
        if abs(total) == 3:
            return total // 3
    return 0


def best_move(board: Board) -> int:
    """The free place with the best prospects against an opponent who wins and blocks when they can."""
    free = [place for place in range(9) if board[place] == 0]
    return max(free, key=lambda place: _worth(_put(board, place, 1)))


@cache
def _worth(board: Board) -> float:
    """What a position is worth to us with the opponent to move: 1 a sure win, below 0 a loss to fear."""
    if winner(board) or 0 not in board:
        return float(winner(board))
    after = [_put(board, place, -1) for place in _answers(board)]
    return sum(_prospect(one) for one in after) / len(after)


def _prospect(board: Board) -> float:
    if winner(board) or 0 not in board:
        return 3.0 * winner(board)
    return max(_worth(_put(board, place, 1)) for place in range(9) if board[place] == 0)


def _answers(board: Board) -> list[int]:
    """Where the opponent may go: to a win, else into our way, else anywhere."""
    free = [place for place in range(9) if board[place] == 0]
    for side in (-1, 1):
        decisive = [place for place in free if winner(_put(board, place, side)) == side]
        if decisive:
            return decisive
    return free


def _put(board: Board, place: int, side: int) -> Board:
    return (*board[:place], side, *board[place + 1 :])


_GAME = re.compile(r"\b(?:game (?:of|at) )?(?:tic[- ]?tac[- ]?toe|noughts and crosses)\b", re.IGNORECASE)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`playing as X, win a game of tic-tac-toe`."""
    for at, clause in enumerate(clauses[:2]):
        if clause.verb in ("win", "play") and _GAME.search(clause.rest):
            heard = tuple(text for one in clauses[: at + 1] for text in one.quoted)
            return Read(WinThreeInRow(), used=at + 1, heard=heard)
        if clause.verb != "play":
            return None
    return None

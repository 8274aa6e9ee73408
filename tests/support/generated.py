"""Pages that are larger than any budget, made up by rule or by a seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping


def table() -> str:
    """3,000 rows with a checkbox, a link and a button each."""
    rows = "".join(
        f"<tr><td><input type=checkbox aria-label='Select item {row}'><td><a href='/items/{row}'>Item {row}</a>"
        f"<td>kind {row % 7}<td>{row * 37 % 1000}.50<td><button id=buy-{row}>Buy item {row}</button>"
        for row in range(1, 3001)
    )
    return f"<h1>Stock</h1><table><tr><th>Pick<th>Item<th>Kind<th>Price<th>Buy</tr>{rows}</table>"


def article() -> str:
    """1,100 paragraphs of nine elements; 3,300 links."""
    return "<h1>A long article</h1>" + "".join(map(_paragraph, range(1, 1101)))


def _paragraph(number: int) -> str:
    links = [f"<a id=note-{at} href='/n/{at}'>note {at}</a>" for at in range(number * 3 - 2, number * 3 + 1)]
    heading = f"<h2>Part {number // 10 + 1}</h2>" if number % 10 == 1 else ""
    return (
        f"{heading}<p>the river runs past old mills {links[0]} and narrow gardens where <b>people once</b> "
        f"kept bees {links[1]}, <i>sold their</i> honey on <code>market</code> days {links[2]} "
        f"<span>before the railway came</span><sup>{number}</sup>.</p>"
    )


def nodes() -> str:
    """50,000 elements without any structure to speak of."""
    return "<div><span>a word</span> <i>b</i></div>" * 16_700


def text() -> str:
    """One text of a megabyte, one sentence of which is unlike the others."""
    return f"<p>{'lorem ipsum dolor ' * 40_000}the treasure lies here {'sit amet ' * 30_000}</p>"


def options() -> str:
    """A select with 5,000 options."""
    listed = "".join(f"<option>Town number {number}" for number in range(5000))
    return f"<label>Town <select>{listed}</select></label><button>Go</button>"


def names() -> str:
    """2,000 links with names of 300 characters."""
    links = "".join(f"<li><a href='/{at}/{'x' * 200}'>{f'word{at} ' * 40}</a>" for at in range(2000))
    return f"<ul>{links}</ul>"


def deep() -> str:
    """Named parts within parts, and wrappers within wrappers."""
    parts = "".join(f"<section aria-label='Part {at}'>" for at in range(300))
    return f"{'<div>' * 900}<button>Deep</button>{'</div>' * 900}{parts}<button>Deeper</button>"


def frames() -> str:
    """40 frames with 60 lines and buttons each."""

    def lines(frame: int) -> str:
        return "".join(
            f"<p>Line {at} of frame {frame} <button>Do {frame}-{at}</button></p>" for at in range(60)
        )

    return "".join(f'<iframe title="Frame {at}" srcdoc="{lines(at)}"></iframe>' for at in range(40))


LARGE: Mapping[str, Callable[[], str]] = {
    made.__name__: made for made in (table, article, nodes, text, options, names, deep, frames)
}


def random_page(seed: int) -> str:
    """Some parts of any kind and size, inside each other."""
    chance = random.Random(seed)
    return "".join(_part(chance, 3) for _ in range(chance.randint(3, 8)))


def _part(chance: random.Random, depth: int) -> str:
    many = int(chance.paretovariate(0.5)) % 400 + 1

    def words(most: int) -> str:
        return " ".join(
            f"{chance.choice('bcdfgh')}{chance.choice('aeiou')}{at}" for at in range(chance.randint(1, most))
        )

    def inner() -> str:
        return _part(chance, depth - 1) if depth else f"<p>{words(8)}</p>"

    match chance.randrange(9):
        case 0:
            rows = "".join(f"<tr><td>{words(3)}<td><a href='/{words(2)}'>{words(3)}</a>" for _ in range(many))
            return f"<table>{rows}</table>"
        case 1:
            return f"<ul>{''.join(f'<li>{words(6)} <button>{words(2)}</button>' for _ in range(many))}</ul>"
        case 2:
            return "".join(f"<p>{words(60)} <a href='/x'>{words(2)}</a></p>" for _ in range(many))
        case 3:
            return f"<label>{words(2)} <select>{''.join(f'<option>{words(3)}' for _ in range(many))}</select></label>"
        case 4:
            return f"<div style='height:150px;overflow:auto'>{inner() * 3}</div>"
        case 5:
            return f"<section aria-label='{words(2)}'><h2>{words(4)}</h2>{inner()}</section>"
        case 6:
            return "".join(f"<div><h3>{words(3)}</h3><button>{words(2)}</button></div>" for _ in range(many))
        case 7:
            return f"<p>{words(3000)}</p>"
        case _:
            return "".join(f"<input placeholder='{words(3)}' value='{words(9)}'>" for _ in range(many % 60))

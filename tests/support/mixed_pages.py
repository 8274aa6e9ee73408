"""Small pages of mixed content made up by a seed, on which no word is painted twice."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

STYLE = """<style>
.before::before { content: attr(data-before) " "; } .after::after { content: " " attr(data-after); }
.chip { margin-left: 6px; } .stack > * { display: block; } .row { display: flex; gap: 4px; }
.grid { display: grid; grid-template-columns: repeat(3, 1fr); } .upper { text-transform: uppercase; }
.gone { display: none; } .unseen { visibility: hidden; } .clear { opacity: 0; }
</style>"""
BLOCKS = 12
BEGINNINGS, ENDINGS = "bdfglpvwz", "aeioukmnrst"
MADE = re.compile(f"[{BEGINNINGS}][0-9]+[{ENDINGS}]*")
"""A word of such a page, found also where others stand close to it."""


class MixedPage:
    """One page; each of its words is made once."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.made = 0

    @property
    def html(self) -> str:
        """The page."""
        return STYLE + "".join(self.block(3) for _ in range(BLOCKS))

    def words(self, most: int = 4) -> str:
        """A few new words."""
        return " ".join(self.word() for _ in range(self.chance.randint(1, most)))

    def word(self) -> str:
        """A word that stands nowhere else on the page."""
        self.made += 1
        ending = "".join(self.chance.choice(ENDINGS) for _ in range(self.chance.randint(0, 5)))
        return f"{self.chance.choice(BEGINNINGS)}{self.made}{ending}"

    def one_of(self, *ways: Callable[[], str]) -> str:
        """One of some ways, by chance."""
        return self.chance.choice(ways)()

    def inline(self, depth: int = 2) -> str:
        """A text, or something that stands in a line of text."""
        inner = (lambda: self.line(depth - 1)) if depth else self.words
        return self.one_of(
            self.words,
            self.words,
            lambda: f"{self.word()}<b>{self.word()}</b>{self.word()}",
            lambda: f"<span style='font-size:2em'>{self.word()[0]}</span>{self.word()}",
            lambda: f"{self.word()}&shy;{self.word()}",
            lambda: f"{self.word()}<wbr>{self.word()}",
            lambda: f"<span>{self.word()}</span><span class=chip>{self.word()}</span>",
            lambda: (
                f"<{(tag := self.chance.choice(('b', 'i', 'em', 'strong', 'mark', 'code', 'del')))}>{inner()}</{tag}>"
            ),
            lambda: f"<span>{inner()}</span>",
            lambda: f"<a href='#{self.made}'>{inner()}</a>",
            lambda: f"<a href='#{self.made}' aria-label='{self.words()}'>{self.words()}</a>",
            lambda: f"<a href='#{self.made}'>{self.word()} <span aria-hidden=true>{self.word()}</span></a>",
            lambda: f"<button>{self.words()}</button>",
            lambda: f"<button aria-label='{self.words()}'>{self.words()}</button>",
            lambda: f"<button title='{self.words()}'>{self.chance.choice('xk')}</button>",
            lambda: (
                f"<span class='{self.chance.choice(('before', 'after', 'before after'))}' data-before={self.word()} data-after={self.word()}>{self.words()}</span>"
            ),
            lambda: f"<a class=before data-before={self.word()} href='#{self.made}'>{self.words()}</a>",
            lambda: f"<time datetime=2020-01-01>{self.words()}</time>",
            lambda: f"<abbr title='{self.words()}'>{self.word()}</abbr>",
            lambda: (
                f"<img alt='{self.words()}' src='data:image/gif;base64,R0lGODlhAQABAAAAACw=' width=9 height=9>"
            ),
            lambda: f"<input value='{self.words()}'>",
            lambda: f"<input placeholder='{self.words()}'>",
            lambda: f"<input type=checkbox> <span>{self.words()}</span>",
            lambda: f"<label><input type=checkbox> {inner()}</label>",
            lambda: f"<label>{self.words()} <input value={self.word()}></label>",
            lambda: f"<select><option>{self.words()}<option>{self.words()}</select>",
            lambda: f"<textarea>{self.words(30)}</textarea>",
            lambda: f"<span role=img aria-label='{self.words()}'>{self.words()}</span>",
            lambda: f"<span role=button tabindex=0>{inner()}</span>",
            lambda: (
                f"<span class=gone>{self.words()}</span><span class=unseen>{self.words()}</span>"
                f"<span class=clear>{self.words()}</span>"
            ),
            lambda: f"<span class=upper>{self.words()}</span>",
            lambda: f"<ruby>{self.word()}<rt>{self.word()}</ruby>",
            lambda: (
                f"<svg width=90 height=20><title>{self.words()}</title><text y=12>{self.word()} <tspan>{self.word()}</tspan></text></svg>"
            ),
            lambda: f"<span contenteditable>{self.words(20)}</span>",
        )

    def line(self, depth: int = 2) -> str:
        """A few such, with blanks between them."""
        return " ".join(self.inline(depth) for _ in range(self.chance.randint(1, 4)))

    def block(self, depth: int) -> str:
        """A part of the page."""
        inner = (lambda: self.block(depth - 1)) if depth else self.line
        many = range(self.chance.randint(1, 4))
        named = self.chance.choice(("", f" aria-label='{self.words()}'"))
        return self.one_of(
            lambda: f"<p>{self.line()}</p>",
            lambda: f"<div>{self.line()}</div>",
            lambda: f"<div>{self.words()}{inner()}{self.words()}</div>",
            lambda: f"<p>{self.words(150)}</p>",
            lambda: f"<h{depth + 1}>{self.line()}</h{depth + 1}>",
            lambda: f"<ul>{''.join(f'<li>{self.line()}</li>' for _ in many)}</ul>",
            lambda: f"<ol>{''.join(f'<li>{self.line()}{inner()}</li>' for _ in many)}</ol>",
            lambda: (
                f"<ul{named}>{''.join(f'<li>{self.words()}<ul><li>{self.line()}</li><li>{inner()}</li></ul></li>' for _ in many)}</ul>"
            ),
            lambda: self.table(),
            lambda: f"<div role=grid>{''.join(f'<div role=row>{self.cells()}</div>' for _ in many)}</div>",
            lambda: f"<article{named}>{self.line()}{inner()}</article>",
            lambda: f"<section{named}><h3>{self.words()}</h3>{inner()}</section>",
            lambda: f"<div class=card onclick='1'>{self.line()}{inner()}</div>",
            lambda: f"<a href=#>{self.words()}<div>{self.line(0)}</div></a>",
            lambda: f"<div class=row>{''.join(f'<span>{self.line()}</span>' for _ in many)}</div>",
            lambda: f"<div class=grid>{''.join(f'<div>{self.line()}</div>' for _ in many)}</div>",
            lambda: f"<div class=stack>{''.join(f'<span>{self.line()}</span>' for _ in many)}</div>",
            lambda: (
                f"<div role=tree>{''.join(f'<div role=treeitem tabindex=0>{self.words()}<div role=group><div role=treeitem>{self.words()}</div></div></div>' for _ in many)}</div>"
            ),
            lambda: f"<fieldset><legend>{self.line()}</legend>{self.line()}</fieldset>",
            lambda: f"<dl>{''.join(f'<dt>{self.line()}<dd>{self.line()}' for _ in many)}</dl>",
            lambda: f"<figure>{self.line()}<figcaption>{self.line()}</figcaption></figure>",
            lambda: f"<details open><summary>{self.line()}</summary>{inner()}</details>",
            lambda: f"<details><summary>{self.line()}</summary>{inner()}</details>",
            lambda: f"<pre>{self.words()}\n{self.words()}</pre>",
            lambda: f"<blockquote>{inner()}</blockquote>",
            lambda: (
                f"<div role=listbox>{''.join(f'<div role=option>{self.line(0)}</div>' for _ in many)}</div>"
            ),
            lambda: (
                f"<div role=menu>{''.join(f'<div role=menuitem tabindex=-1>{self.words()}</div>' for _ in many)}</div>"
            ),
            lambda: f'<iframe srcdoc="{self.words()} <b>{self.word()}</b>"></iframe>',
            lambda: f"<div style='height:60px;overflow:auto'>{inner()}{inner()}</div>",
        )

    def table(self) -> str:
        """A table with a caption and cells of any kind."""
        rows = "".join(f"<tr>{''.join(f'<td>{self.line()}' for _ in range(3))}" for _ in range(2))
        heads = "".join(f"<th>{self.line(1)}" for _ in range(3))
        return f"<table><caption>{self.line()}</caption><tr>{heads}{rows}</table>"

    def cells(self) -> str:
        """Cells of a grid."""
        return "".join(
            f"<div role=gridcell{self.chance.choice(('', ' tabindex=0', ' onclick=1'))}>{self.line()}</div>"
            for _ in range(3)
        )

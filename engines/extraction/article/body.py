"""The body of an article: the part of the page that holds its prose, without what only stands around it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from browser.model.page_tree import Node, PageTree
from engines.extraction.article.blocks import Block, mass
from engines.extraction.page.words import split_words, word_set

_SHORTEST_PROSE = 80
"""Letters of a block from which it is prose, and no label or menu entry."""
_SHORTEST_LINE = 25
"""The same where a page has hardly any such block: poems, letters, lines that end with a break."""
_LONG_LINE = 50
"""The same beside a paragraph, in what directly holds it."""
_LITTLE = 300
_SYLLABLES = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_MOSTLY_LINKED = 0.5
_WHOLLY_LINKED = 0.8
_HELD = 0.75
"""The share of the prose that a part has to hold to stand for the whole that it is in."""
_NEVER_TAGS = word_set("nav footer button select textarea noscript")
_NEVER_ROLES = word_set(
    "navigation contentinfo search menu menubar toolbar dialog button tablist alertdialog"
)
_ASIDE_TAGS = word_set("header aside form figure figcaption iframe")
_IN_FIGURES = word_set("table pre blockquote ul ol dl math")
"""What belongs to a text though a figure frames it; what else stands in one says what its picture shows."""
_ASIDE_ROLES = word_set("banner complementary")
_ASIDE_HINTS = word_set(
    "comment comments discussion respond reply replies related recommended recommendations promo promoted "
    "promotion sponsored sponsor advert advertisement ad ads share sharing social newsletter subscribe "
    "signup subscription sidebar widget breadcrumb breadcrumbs pagination pager byline author authors bio "
    "tags tag taxonomy footer nav navigation menu caption credit credits toolbar popular trending cookie "
    "cookies consent modal popup overlay paywall login register teaser teasers timestamp dateline pubdate "
    "meta metadata copyright disclaimer readmore more masthead"
)
_AMBIGUOUS = word_set("meta ad ads more author authors tag tags menu widget login register credit credits")
"""Words that mean what stands around an article only where the part is small beside the article."""
_TALK = word_set("comment comments replies respond reply discussion")
"""What readers say may be longer than what they read."""
_WHOLE_TAGS = word_set("html body main article")
_OF_LEADS = word_set("teaser teasers more")
"""Of a paragraph these say that it introduces the article."""
_OF_TEXTS = ("pre", "table", "dl", "blockquote", "figure", "math")
"""What holds short lines that belong to a text."""
_SMALL = 0.2
_SHORTEST_TITLE = 12
_MOST = 0.5
_NEARLY_ALL = 0.9
_INSIDE_PARTS = word_set(
    "a abbr b big blockquote center cite code del dd dl dt em font i ins li mark ol p pre q s small span "
    "strong strike sub sup time tt u ul var"
)
_ENDS = re.compile(
    r"^\W*(?:related(?: \w+){0,3}|read (?:more|next|also)|more (?:from|on|stories|in)\b.*|"
    r"you (?:may|might) (?:also )?(?:like|enjoy).*|recommended(?: \w+){0,3}|"
    r"(?:\d+ )?(?:comments?|responses?|replies)(?: \(\d+\))?|leave a (?:comment|reply)|about the authors?|"
    r"share this.*|tags?:?|filed under.*|"
    r"most (?:read|popular|viewed)|(?:top|latest|trending) (?:stories|news)|"
    r"subscribe.{0,60}|sign up.{0,60}|"
    r"(?:weitere|ähnliche|mehr) \w+|kommentare?|schlagworte?:?|das könnte (?:sie|dich) auch interess.*|"
    r"(?:articles|sujets) (?:similaires|liés)|(?:à )?lire aussi.*|commentaires?|"
    r"(?:artículos|noticias) relacionad[oa]s.*|comentarios?|ver también.*|"
    r"(?:articoli|notizie) correlat[ie].*|commenti|leggi anche.*)\W*$",
    re.IGNORECASE,
)
_CALLS = re.compile(
    r"^\W*(?:read (?:more|also|next)|see also|related|watch|click here|like this|follow (?:us|@|\w+ on)|"
    r"share (?:this|on)|sign up|subscribe|advert(?:isement)?|anzeige|werbung|reklama?|publicité|publicidad|"
    r"pubblicità|loading|photos?(?:graph)?(?: by|:)|image(?: credit|:| source)|fotos?:|bild(?:quelle)?:|"
    r"crédits? photos?|(?:story )?continues? (?:below|reading)|scroll|skip|tweet|email|print|"
    r"lesen sie auch|mehr zum thema|lire aussi|leggi anche|lea también)\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Prose:
    """Where the prose of a page lies."""

    blocks: list[Block]
    whole: float
    """The weight of all of it."""
    weights: dict[int, float]
    """Order of a node -> weight of the prose in it."""
    called: dict[str, float]
    """A word for what stands around an article -> weight of all prose in parts that are called so."""

    def share(self, node: Node) -> float:
        """The share of the page's prose that a part holds, 0 to 1."""
        return self.weights.get(node.order, 0.0) / self.whole

    def says(self, word: str) -> bool:
        """Whether a word for what stands around an article tells anything: not that of most of the prose."""
        return word in _TALK or self.called.get(word, 0.0) <= _MOST * self.whole

    def parents(self) -> set[int]:
        """Orders of the parts that directly hold paragraphs of prose."""
        return {_container(block).order for block in self.blocks}


def body_of(tree: PageTree, blocks: Sequence[Block], titles: Sequence[str] = ()) -> list[Block]:
    """The blocks of the body, in reading order; [] where the page holds no prose.

    Args:
        tree: The page.
        blocks: All its blocks.
        titles: What the page is called, which tells the headline; what stands before that is no part of the
            body.
    """
    headline = _headline(blocks, titles)
    prose = _prose_of(blocks, _SHORTEST_PROSE, headline)
    if mass(prose.blocks) < _LITTLE:
        prose = _prose_of(blocks, _SHORTEST_LINE, headline)
    if not prose.whole:
        return []
    holder = _holder(tree, prose)
    begin = _beginning(blocks, prose, holder, headline)
    inside = [block for block in blocks if begin <= block.first.order <= holder.last]
    inner = _weighed([block for block in prose.blocks if begin <= block.first.order <= holder.last])
    parents = inner.parents()
    kept = [
        block
        for block in inside
        if (block.first.order >= holder.order or _says_much(block))
        and not _is_aside(block, holder, inner, parents, headline)
    ]
    return _trimmed(_below(_with_sections(kept, inside), headline))


def _headline(blocks: Sequence[Block], titles: Sequence[str]) -> Block | None:
    """The first heading that one of the page's titles repeats, else the only one of first level."""
    spoken = [" ".join(split_words(title)) for title in titles]
    headings = [block for block in blocks if block.level and len(block.text) >= _SHORTEST_TITLE]
    for block in headings:
        words = " ".join(split_words(block.text))
        if any(words in one for one in spoken):
            return block
    first = [block for block in headings if block.level == 1]
    return first[0] if len(first) == 1 else None


def _beginning(blocks: Sequence[Block], prose: _Prose, holder: Node, headline: Block | None) -> int:
    """The order from which the body may begin: below the headline where prose leads from it to the rest."""
    top = headline.first.order if headline else holder.order
    leads = (*prose.blocks, *filter(_is_deck, blocks))
    return top + 1 if any(top < block.first.order < holder.order for block in leads) else holder.order


def _is_deck(block: Block) -> bool:
    """Whether it is a heading that says as much as a sentence, as stands below many a headline."""
    return bool(block.level) and len(block.text) >= _LONG_LINE and block.linked < _MOSTLY_LINKED


def _says_much(block: Block) -> bool:
    """Whether it may stand between headline and text: no day, no author, no name of a photographer."""
    return bool(block.level) or block.is_listed or _is_long(block) or _reads_as_sentence(block.text)


def _with_sections(kept: Sequence[Block], blocks: Sequence[Block]) -> list[Block]:
    """What is kept, without headings of sections of which nothing is."""
    ids = {id(block) for block in kept}
    for at, block in enumerate(blocks):
        if block.level and id(block) in ids:
            section = _under(block, blocks[at + 1 :])
            if section and not any(id(one) in ids and not one.level for one in section):
                ids.remove(id(block))
    return [block for block in blocks if id(block) in ids]


def _under(heading: Block, following: Sequence[Block]) -> list[Block]:
    """What stands under a heading, up to the next one that is no lower."""
    return list(takewhile(lambda one: not 0 < one.level <= heading.level, following))


def _prose_of(blocks: Sequence[Block], shortest: int, headline: Block | None) -> _Prose:
    """The prose of a page, of blocks of at least so many letters, without what stands aside.

    What readers say is that of a page that has hardly anything else.
    """
    long = _weighed([block for block in blocks if _is_long(block, shortest)])
    for most in (math.inf, _NEARLY_ALL):
        prose = [one for one in long.blocks if not _stands_aside(one.first, long, headline, most_talk=most)]
        if mass(prose) >= _LITTLE:
            break
    return _weighed(prose)


def _is_long(block: Block, shortest: int = _SHORTEST_PROSE) -> bool:
    return _letters(block.text) >= shortest and block.linked < _MOSTLY_LINKED and not block.level


def _letters(text: str) -> int:
    """The length of a text; a sign that stands for a syllable or a word counts as three letters."""
    return len(text) + 2 * len(_SYLLABLES.findall(text))


def _weighed(blocks: list[Block]) -> _Prose:
    """Prose with its weight: letters, and more for those whose paragraphs stand together.

    An article's paragraphs are beside one another; comments and teasers have parts of their own.
    """
    beside: dict[int, float] = {}
    for block in blocks:
        place = _container(block).order
        beside[place] = beside.get(place, 0.0) + mass([block])
    weights: dict[int, float] = {}
    called: dict[str, float] = {}
    whole = 0.0
    for block in blocks:
        weight = mass([block]) * math.sqrt(beside[_container(block).order])
        whole += weight
        above = list(block.first.ancestors())
        for node in above:
            weights[node.order] = weights.get(node.order, 0.0) + weight
        for word in _ASIDE_HINTS.intersection(hint for node in above for hint in node.element.hints):
            called[word] = called.get(word, 0.0) + weight
    return _Prose(blocks, whole, weights, called)


def _stands_aside(
    node: Node,
    prose: _Prose,
    headline: Block | None,
    until: Node | None = None,
    most_talk: float = _NEARLY_ALL,
) -> bool:
    """Whether its place says that it is no part of what the page is about.

    What holds most of the page's prose is what the page is about, whatever it is called, and so is what
    follows the headline in the part that it stands in.
    """
    framed = False
    for above in node.ancestors():
        if above is until:
            return False
        if headline and above.holds(headline.first) and headline.first.order < node.order:
            return False
        framed = framed or above.tag in _IN_FIGURES
        share = prose.share(above)
        never = above.tag in _NEVER_TAGS or above.element.role in _NEVER_ROLES
        if never and (share < _NEARLY_ALL or above.element.role == "dialog"):
            return True
        talk = above.tag not in _WHOLE_TAGS and _TALK.intersection(above.element.hints)
        if share > (most_talk if talk else _MOST):
            continue
        if above.tag == "blockquote" or (framed and above.tag == "figure"):
            continue
        if above.tag in _ASIDE_TAGS or above.element.role in _ASIDE_ROLES:
            return True
        hints = set(filter(prose.says, _ASIDE_HINTS.intersection(above.element.hints)))
        if above.tag == "p":
            hints -= _OF_LEADS
        if hints and (share < _SMALL or hints - _AMBIGUOUS):
            return True
    return False


def _holder(tree: PageTree, prose: _Prose) -> Node:
    """The smallest part of the page that holds nearly all of the prose of its heaviest part."""
    node = tree.root
    while True:
        heaviest = max(node.children, key=lambda child: prose.weights.get(child.order, 0.0), default=None)
        if heaviest is None or heaviest.is_text or prose.share(heaviest) < _HELD * prose.share(node):
            return node
        if heaviest.tag == "p" or (heaviest.tag == "li" and len(prose.blocks) > 1):
            return node
        node = heaviest


def _container(block: Block) -> Node:
    """What holds the paragraph, or the list, of a block."""
    node = block.first
    while node.parent is not None and (node.is_text or node.tag in _INSIDE_PARTS):
        node = node.parent
    return node


def _is_aside(block: Block, holder: Node, prose: _Prose, parents: set[int], headline: Block | None) -> bool:
    """Whether it stands in the article without belonging to its text."""
    if _stands_aside(block.first, prose, headline, holder):
        return True
    if block.linked > _MOSTLY_LINKED and not block.level:
        wholly = block.linked > _WHOLLY_LINKED and not block.is_listed and "://" not in block.text
        leads_away = wholly or _points_away(block)
        if "table" in block.tags and not leads_away:
            return False
        return leads_away or _container(block).order not in parents or bool(_CALLS.match(block.text))
    if block.level or _ENDS.match(block.text):
        return False
    return bool(_CALLS.match(block.text)) and len(block.text) < 2 * _SHORTEST_PROSE


def _points_away(block: Block) -> bool:
    """Whether it is a link with what it is called before it: `Read here: ...`."""
    before = block.pieces[0]
    return not before.linked and before.node.text.rstrip().endswith(":") and block.pieces[1].linked


def _trimmed(blocks: Sequence[Block]) -> list[Block]:
    """The blocks from the first prose to where other things begin."""
    places = [
        at for at, block in enumerate(blocks) if _letters(block.text) >= _SHORTEST_PROSE and not block.level
    ]
    if not places:
        return list(blocks)
    first = _begin(blocks, places[0])
    end = len(blocks)
    for at in range(first, len(blocks)):
        if _ENDS.match(blocks[at].text) and mass(blocks[first:at]) > mass(blocks[at:]):
            end = at
            break
    holders = {_container(blocks[at]).order for at in places}
    while end > first + 1 and not _may_end(blocks[end - 1], holders):
        end -= 1
    return list(blocks[first:end])


def _may_end(block: Block, holders: set[int]) -> bool:
    """Whether a text may end with it: no heading of what is not there, nor a short line of another part.

    Args:
        block: The last one, as far as is known.
        holders: Orders of the parts that directly hold paragraphs.
    """
    if block.level:
        return False
    beside = block.is_listed or _container(block).order in holders or _reads_as_sentence(block.text)
    return beside or any(node.tag in _OF_TEXTS for node in block.first.ancestors())


def _below(inside: list[Block], headline: Block | None) -> list[Block]:
    """What stands below the headline, unless most of the prose is above it.

    Most of it is most of its letters, or of its paragraphs: a ticker of headlines may be one long line.
    """
    if headline is None:
        return inside
    below = [one for one in inside if one.first.order > headline.first.order]
    most = mass(below) * 2 > mass(inside) or _paragraphs(below) * 2 > _paragraphs(inside)
    return below if most else inside


def _paragraphs(blocks: Sequence[Block]) -> int:
    return sum(map(_is_long, blocks))


def _begin(blocks: Sequence[Block], first: int) -> int:
    """Where the text begins: short paragraphs before the first long one belong to it, up to the headline."""
    at = first
    while at > 0:
        before = blocks[at - 1]
        beside = len(before.text) >= _LONG_LINE and _container(before) is _container(blocks[first])
        if not _is_deck(before) and (before.level or not (beside or _reads_as_sentence(before.text))):
            break
        at -= 1
    return at


def _reads_as_sentence(text: str) -> bool:
    return len(text) >= 12 and text.rstrip("\"”’')»]")[-1:] in (".", "!", "?", "…", ":") and " " in text


def text_of(blocks: Iterable[Block]) -> str:
    """The body as text, a blank line between its blocks."""
    return "\n\n".join(block.text for block in blocks)

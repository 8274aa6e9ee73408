"""Headline, author and day of an article: what shows above its body, and what the page states of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from browser.model.observation import Observation, StatedValue
from browser.model.page_tree import Node
from browser.values.dates import iso_date
from engines.extraction.article.blocks import Block
from engines.extraction.page.words import split_words, word_set
from engines.extraction.stated import StatedThing, page_itself, things

KINDS = ("article", "posting", "report", "newsarticle", "review", "webpage")
_PROPER = ("article", "posting", "report")
_NEAR = 14
"""So many blocks above and below the headline may hold the author and the day."""
_LONGEST_BYLINE = 120
_SHORTEST_HEADLINE = 12
_AUTHOR_HINTS = word_set("author authors byline writer vcard autor auteur autore verfasser")
_DATE_HINTS = word_set("date time published pubdate posted timestamp dateline datum entry")
_BY = re.compile(
    r"(?:^|[|·•,–—-]\s*|\d\s+|\s(?=by\b))(?:(?:words|written|posted|published|reported|text|story|article|"
    r"veröffentlicht|geschrieben|publié|publicado|pubblicato|escrito|scritto)\s+)?"
    r"(?:by|von|par|por|di|door|av|af|autore?:|author:|auteur\s?:|text:|redaktion:)\s*:?\s+(?P<who>\S.*)$",
    re.IGNORECASE,
)
_WHO = re.compile(r"^(?:(?:[^\W\d_][\w'’.-]*|[A-ZÀ-Þ]\.)(?:\s+|$)){1,6}")
_AFTER_NAME = re.compile(
    r"\s*(?:[|·•\n(]|\s@\w|\s[–—-]\s|,?\s+\d|"
    r"\s(?:on|am|le|el|il|in|at|for|für|published|updated|posted|veröffentlicht)\s).*$",
    re.IGNORECASE,
)
_SITE_PARTS = re.compile(r"\s+(?:[|·•»–—-]|::)\s+")
_NO_PERSON = re.compile(
    r"https?://|www\.|@\w+\.\w|^(?:admin|administrator|unknown|none|null|editor|staff|published|posted|updated|"
    r"written|author|veröffentlicht|aktualisiert|autor|publié|publicado|pubblicato)$",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_DATE_IN_ADDRESS = re.compile(r"/((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?:[/-]|$)")


@dataclass(frozen=True, slots=True)
class ArticleFact:
    """A value and where it was read."""

    value: str
    ref: str = ""
    """Of the element that shows it; "": the page states it, or says it in its title or address."""
    node: Node | None = None


@dataclass(frozen=True, slots=True)
class Front:
    """What is said of an article beside its body; None: nothing is."""

    headline: ArticleFact | None
    author: ArticleFact | None
    day: ArticleFact | None
    """In ISO 8601."""


def front_of(blocks: Sequence[Block], body: Sequence[Block], observation: Observation) -> Front:
    """Read headline, author and day.

    Args:
        blocks: All blocks of the page.
        body: Those of the article's body.
        observation: The page, with what it states.
    """
    described = _described(observation)
    head = page_itself(observation.structured)
    at = _place_of_headline(blocks, body, titles_of(observation))
    headline = _shown_headline(blocks[at], described, head) if at is not None else None
    if headline is None:
        told = _first(described, "headline", "name") or head.get("og:title", "twitter:title")
        said = told.value if told else _SITE_PARTS.split(observation.title)[0]
        headline = ArticleFact(said) if said else None
    near = _near(blocks, body, at)
    return Front(headline, _author(described, head, near), _day(described, head, near, observation))


def _shown_headline(block: Block, described: Sequence[StatedThing], head: StatedThing) -> ArticleFact:
    """The heading, without the kicker before it where the page states the headline without one."""
    node = block.holder
    for told in [*(value for one in described for value in one.all("headline")), *head.all("og:title")]:
        if len(told.value) >= _SHORTEST_HEADLINE and block.text.endswith(told.value):
            return ArticleFact(told.value, node.ref, node)
    return ArticleFact(block.text, node.ref, node)


def titles_of(observation: Observation) -> list[str]:
    """What the page is called, in its title and as it states it."""
    told = [value for one in _described(observation) for value in one.all("headline", "name")]
    told += page_itself(observation.structured).all("og:title", "twitter:title")
    return [observation.title, *(one.value for one in told)]


def stated_body(observation: Observation) -> str:
    """The whole text as the page states it; "" where it does not. Much of it may not show."""
    told = _first(_described(observation), "articleBody")
    text = told.value if told else ""
    while (plain := unescape(text)) != text:
        text = plain
    return " ".join(_MARKUP.sub(" ", text).split()) if _MARKUP.search(text) else text


def _described(observation: Observation) -> list[StatedThing]:
    """What is described as an article, proper ones before pages at large."""
    found = things(observation.structured, *KINDS)
    return sorted(found, key=lambda one: not any(word.endswith(_PROPER) for word in one.kind.split()))


def _first(described: Iterable[StatedThing], *names: str) -> StatedValue | None:
    return next((value for one in described if (value := one.get(*names))), None)


def _place_of_headline(blocks: Sequence[Block], body: Sequence[Block], told: Sequence[str]) -> int | None:
    """The heading that the page's title or its data repeat, nearest above the body; else a first one."""
    end = next((at for at, block in enumerate(blocks) if body and block is body[-1]), len(blocks))
    spoken = [" ".join(split_words(one)) for one in told if one]
    begin = next((at for at, block in enumerate(blocks) if body and block is body[0]), end)
    best, points = None, 0.0
    for at, block in enumerate(blocks[: end + 1]):
        words = " ".join(split_words(block.text))
        if not words or len(block.text) > 300 or not (block.level or block.text in told):
            continue
        same = any(words == one for one in spoken)
        inside = len(words) >= 12 and any(words in one for one in spoken)
        score = 3.0 * same + 2.0 * inside + (2.0 if block.level == 1 else 0.5 if block.level else 0)
        score += 0.5 if at <= begin else 0.0
        score -= 0.02 * abs(begin - at) / (len(blocks) / 20 + 1) + (1.0 if block.linked > 0.5 else 0)
        if score > points and (same or inside or block.level == 1):
            best, points = at, score
    return best


def _near(blocks: Sequence[Block], body: Sequence[Block], headline: int | None) -> list[Block]:
    """The blocks around the headline up to the body, and the few after the body."""
    places = {id(block): at for at, block in enumerate(blocks)}
    begin = places[id(body[0])] if body else len(blocks)
    first = headline if headline is not None and headline <= begin else max(0, begin - _NEAR)
    above = blocks[max(0, first - 4) : max(begin + 2, first + 1)]
    last = places[id(body[-1])] + 1 if body else 0
    return [*above[:40], *blocks[last : last + 6]]


def _author(described: Sequence[StatedThing], head: StatedThing, near: Sequence[Block]) -> ArticleFact | None:
    names: dict[str, StatedValue] = {}
    for one in described:
        for told in one.all("author/name", "author", "creator/name", "creator"):
            if _is_person(told.value):
                names.setdefault(_clean(told.value), told)
        if names:
            break
    if not names:
        for told in head.all(
            "author",
            "article:author",
            "dc.creator",
            "dcterms.creator",
            "sailthru.author",
            "parsely-author",
            "byl",
        ):
            if _is_person(told.value):
                names.setdefault(_clean(told.value), told)
                break
    shown = next(_bylines(near), None)
    if names:
        value = ", ".join(names)
        ref = next((one.ref for one in names.values() if one.ref), "")
        node = next((block.first for block in near if value.casefold() in block.text.casefold()), None)
        return ArticleFact(value, ref or (node.ref if node else ""), node)
    return shown


def _bylines(near: Sequence[Block]) -> Iterator[ArticleFact]:
    """What is marked as the author, then what follows `by`."""
    for block in near:
        for piece in block.pieces:
            marked = [
                above
                for above in (piece.node, *piece.node.ancestors())
                if _AUTHOR_HINTS.intersection(above.element.hints) or "/author/" in above.element.href
            ]
            if marked and len(marked[0].text) <= _LONGEST_BYLINE:
                name = _clean(piece.node.text if piece.linked else block.text)
                if _is_person(name) and _WHO.match(name):
                    yield ArticleFact(name, piece.node.ref, piece.node)
    for block in near:
        if len(block.text) <= _LONGEST_BYLINE and (said := _BY.search(block.text)):
            name = _clean(said["who"])
            if _is_person(name) and name[:1].isupper() and len(name.split()) <= 8:
                yield ArticleFact(name, block.first.ref, block.first)


def _clean(name: str) -> str:
    said = _BY.match(name)
    name = said["who"] if said else name
    return _AFTER_NAME.sub("", name).strip(" ,;:|·•–—-@")


def _is_person(name: str) -> bool:
    return 2 <= len(name.strip()) <= 80 and not _NO_PERSON.search(name) and any(map(str.isalpha, name))


def _day(
    described: Sequence[StatedThing], head: StatedThing, near: Sequence[Block], observation: Observation
) -> ArticleFact | None:
    told = _first(described, "datePublished", "dateCreated", "uploadDate") or head.get(
        "article:published_time",
        "og:article:published_time",
        "datepublished",
        "date",
        "dc.date.issued",
        "dc.date",
        "dcterms.created",
        "dc.date.created",
        "publish-date",
        "publishdate",
        "pubdate",
        "sailthru.date",
        "parsely-pub-date",
        "publication_date",
        "cxenseparse:recs:publishtime",
        "article:modified_time",
    )
    if told and (day := iso_date(told.value)):
        return ArticleFact(day, told.ref)
    for block in near:
        for piece in block.pieces:
            for above in (piece.node, *piece.node.ancestors()):
                stamp = above.element.limits.get("datetime", "") if above.tag == "time" else ""
                if stamp and (day := iso_date(stamp)):
                    return ArticleFact(day, above.ref, above)
    for block in near:
        if len(block.text) <= _LONGEST_BYLINE and (day := iso_date(block.text)):
            return ArticleFact(day, block.first.ref, block.first)
    told = _first(described, "dateModified") or head.get("og:updated_time", "last-modified")
    if told and (day := iso_date(told.value)):
        return ArticleFact(day, told.ref)
    if match := _DATE_IN_ADDRESS.search(observation.url):
        return ArticleFact("-".join(part.zfill(2) for part in match.groups()))
    return None

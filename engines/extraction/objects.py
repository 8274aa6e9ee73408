"""Objects: the record that the wish names, or the labelled values of the page or of its sections."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from browser.model.page_tree import Node, PageTree
from engines.extraction.article.reader import read_article
from engines.extraction.built import Built, assemble, step_to
from engines.extraction.columns.coerce import Nothing
from engines.extraction.columns.match import Leaf, Reading, leaves_of
from engines.extraction.lists.candidates import Candidate, candidates, completed, real_places
from engines.extraction.lists.choose import choose
from engines.extraction.lists.going_on import leads_on
from engines.extraction.lists.lists import build_list, inner_lists
from engines.extraction.lists.mention import mentions, named_places, nearly_named
from engines.extraction.lists.options import options_of
from engines.extraction.page.labels import hint_words, label_text
from engines.extraction.page.records import Group
from engines.extraction.page.tables import is_of_one_row
from engines.extraction.page.words import affinity, split_words, telling_words, word_set
from engines.extraction.page_parts import Page
from engines.extraction.product.reader import read_product
from engines.extraction.schema.wanted import Wanted
from engines.extraction.schema.wish import Asked, asked_for
from engines.extraction.single import place_of, read_single

Path = tuple[str, ...]

_COUNT_WORDS = word_set("count total number num many how amount quantity size")
_EMPTY_NAMES = word_set("answer value result output text response data")
_OF_SOME = word_set(
    "left remaining open closed done completed finished new unread selected pending due overdue active "
    "hidden archived more today shown"
)
"""Words beside a number of things that say of how many of them it is the number: `3 tasks left`."""
_OF_MORE = re.compile(r"\b(\d{1,4}) (?:of|out of) (?:about )?(\d{1,3}(?:,\d{3})+|\d+)\b", re.IGNORECASE)
_AS_ROWS = ("rows", "records", "results", "entries")
_HOW_MANY = re.compile(
    r"\b(?:how many|number of|count (?:of )?(?:the |all )?|total of)\s+(?:the\s+)?((?:[a-z]+\s?){1,3})",
    re.IGNORECASE,
)
_SUPERLATIVE = re.compile(r"[a-z]{2,}est|most|least|max|min|maximum|minimum|worst")
_STATED = re.compile(
    r"\b(?:there|are|is|does|do|have|has|listed|shown|on|in|the|page|with|that|which|were|be)\b.*"
)


def build_object(wanted: Wanted, page: Page, asked: Asked) -> Built:
    """The object, from one record where the wish picks one, else from the page as a whole."""
    wanted = _named_by_wish(wanted, asked)
    lists = lists_in(wanted)
    words, leaves = split_words(asked.text), leaves_of(wanted)
    known = read_article(leaves, words, page.tree, page.observation)
    chooses = asked.order is not None or asked.nth is not None or bool(asked.conditions)
    if not known and not chooses:
        known = read_product(leaves, words, page.tree, page.observation)
    if not known and not any(child.item and child.item.is_object for _, child in lists):
        picked = _picked(wanted, page, asked)
        if picked is not None:
            return picked
    others: dict[Path, Built] = {}
    used: list[Candidate] = []
    for path, child in lists:
        if (offered := options_of(child, page.tree, asked)) is not None:
            others[path] = offered
            continue
        others[path], candidate = build_list(page.groups, child, asked)
        used.extend([candidate] if candidate else [])
        if candidate is None and (parted := _parted(child, page)):
            others[path] = parted
    counts = _counts(wanted, page, asked, used)
    others.update(counts)
    readings, doubts = _singles(wanted, page, [group.group for group in used], {*counts, *known})
    built = assemble(wanted, {**readings, **known}, others)
    built.doubts.extend(doubts)
    if not lists and _is_of_the_best(wanted, asked):
        built.doubts.append("the record that comes first by what the wish says was not found")
    return built


def _is_of_the_best(wanted: Wanted, asked: Asked) -> bool:
    """Whether the wish picks a record by its place in an order: then no value of the page itself is meant.

    What the schema calls the longest, the page may call so, too; the latest is often the only one.
    """
    if asked.order is None or asked.order.words == ("date",):
        return False
    return not any(_SUPERLATIVE.fullmatch(word) for word in own_words(wanted))


def _named_by_wish(wanted: Wanted, asked: Asked) -> Wanted:
    """Use the question's words in place of a name without meaning (`answer`)."""
    only = wanted.properties[0] if len(wanted.properties) == 1 else None
    if only is None or only.name.lower() not in _EMPTY_NAMES or only.told:
        return wanted
    words = asked_for(asked.text)
    return replace(wanted, properties=(replace(only, words=words),)) if words else wanted


def lists_in(wanted: Wanted, path: Path = ()) -> list[tuple[Path, Wanted]]:
    """The lists of an object and of the objects in it."""
    found = []
    for child in wanted.properties:
        at = (*path, child.name)
        if child.is_list:
            found.append((at, child))
        elif child.is_object:
            found.extend(lists_in(child, at))
    return found


def own_words(wanted: Wanted) -> set[str]:
    """All words that the schema's names are made of."""
    words = {*split_words(wanted.name), *wanted.told}
    for child in (*wanted.properties, *([wanted.item] if wanted.item else [])):
        words |= own_words(child)
    return words


def _picked(wanted: Wanted, page: Page, asked: Asked) -> Built | None:
    """The record that the wish names or that comes first by what it asks for."""
    virtual = Wanted(kinds=("array",), item=wanted, words=asked.noun)
    words = own_words(wanted)
    chooses = asked.order is not None or asked.nth is not None or bool(asked.conditions)
    ranked = candidates(page.groups, virtual, asked)
    held = max((len(candidate.match.scores) for candidate in ranked), default=0)
    ranked = [one for one in ranked if len(one.match.scores) == held and held * 2 >= len(one.leaves)]
    if not chooses:
        ranked.sort(key=_size)
    for sampled in ranked:
        candidate = completed(sampled, virtual, asked)
        places = _named(candidate, asked, words)
        if not places and not chooses:
            continue
        if chooses:
            chosen = choose(
                candidate.table, places or real_places(candidate), candidate.leaves, candidate.match, asked
            )
            if chosen.doubts:
                continue
            places = chosen.places
        if not places:
            continue
        if not chooses and _only_quotes(candidate, places[0], asked):
            continue
        place = places[0]
        readings = {leaf.path: candidate.match.read(leaf, place) for leaf in candidate.leaves}
        built = assemble(wanted, readings, inner_lists(candidate.table, wanted, place, page.groups))
        if len(places) > 1 and not asked.order:
            built.doubts.append(f"{len(places)} records fit what is asked")
        return built
    return None


def _size(candidate: Candidate) -> int:
    """How much a record holds; of records that quote the wish the smallest is the one that is meant."""
    return max(sum(node.last - node.order + 1 for node in record) for record in candidate.group.records)


def _named(candidate: Candidate, asked: Asked, words: set[str]) -> list[int]:
    found = mentions(candidate.table, asked.text, words, ())
    if found:
        return named_places(found)
    place = nearly_named(candidate.table, asked.text, words)
    return [] if place is None else [place]


def _only_quotes(candidate: Candidate, place: int, asked: Asked) -> bool:
    """Whether all that would be read is what the wish itself says, which answers nothing."""
    readings = [candidate.match.read(leaf, place) for leaf in candidate.leaves]
    texts = [reading.cell.text for reading in readings if reading is not None]
    return all(text.casefold() in asked.text.casefold() for text in texts)


def _parted(wanted: Wanted, page: Page) -> Built | None:
    """A list of texts that stands in one labelled value: `Languages: Paperish, Inkish`."""
    item = wanted.item
    if item is None or item.kinds[0] != "string" or item.aspect != "text" or not wanted.words:
        return None
    leaf = Leaf(("",), replace(item, words=wanted.words, told=wanted.told), (wanted.words,))
    groups = [group for group, _ in page.groups]
    reading = read_single(place_of([page.tree.root], page.headers, groups), [leaf], None)[0].get(("",))
    if reading is None or not isinstance(reading.value, str):
        return None
    parts = [part.strip() for part in re.split(r"[,;·|]\s*|\s+and\s+", reading.value) if part.strip()]
    return Built(list(parts), {step_to(at): reading.cell.node.ref for at in range(len(parts))})


def _singles(
    wanted: Wanted, page: Page, used: Sequence[Group], skip: Collection[Path]
) -> tuple[dict[Path, Reading | None], list[str]]:
    """Values of the page's own leaves, those of a nested object from the section named like it."""
    if not any(leaf.path not in skip for leaf in leaves_of(wanted)):
        return {}, []
    groups = [group for group, _ in page.groups]
    whole = place_of([page.tree.root], page.headers, groups, used, page.tree.title)
    readings: dict[Path, Reading | None] = {}
    doubts: list[str] = []
    leaves = [leaf for leaf in leaves_of(wanted) if leaf.path not in skip]
    for child in (one for one in wanted.properties if one.is_object):
        section = section_for(page.tree, child.words)
        mine = [leaf for leaf in leaves if leaf.path[0] == child.name]
        if not section or not mine:
            continue
        leaves = [leaf for leaf in leaves if leaf not in mine]
        inside = place_of(section, page.headers, groups, used)
        mine = [replace(leaf, names=(leaf.names[-1],) if leaf.names else ()) for leaf in mine]
        found, doubt = read_single(inside, mine, None)
        readings.update(found)
        doubts.extend(doubt)
    found, doubt = read_single(whole, leaves, page.tree)
    return {**readings, **found}, [*doubts, *doubt]


def section_for(tree: PageTree, words: tuple[str, ...]) -> list[Node]:
    """The part of the page whose heading, legend or class is what the words say; [] for none."""
    if not words:
        return []
    for node in tree.nodes:
        if _heads(node) and affinity(words, label_text(node.text)) >= 0.85:
            parent = node.parent
            if parent is None:
                return []
            level = node.element.level or 7
            after = parent.children[node.place + 1 :]
            if not after and parent.parent is not None:
                return _under_level(parent, level)
            return _until(after, level)
    for node in tree.nodes:
        if len(node.children) >= 2 and affinity(words, hint_words(node)) >= 0.95:
            return [node]
    return []


def section_under(tree: PageTree, heading: str) -> list[Node]:
    """What follows the heading, legend, caption or summary of just these words, in reading order.

    It goes to the next one of its level or above; [] where there is none of these words.
    """
    words = split_words(heading)
    head = next((node for node in tree.nodes if _heads(node) and split_words(node.text) == words), None)
    if head is None:
        return []
    level = head.element.level or 7
    ends = (node for node in tree.nodes if _heads(node) and (node.element.level or 9) <= level)
    end = next((node.order for node in ends if node.order > head.last), len(tree.nodes))
    return [node for node in tree.nodes if head.last < node.order < end]


def _heads(node: Node) -> bool:
    return node.element.role == "heading" or node.tag in ("legend", "caption", "summary")


def _under_level(node: Node, level: int) -> list[Node]:
    parent = node.parent
    return _until(parent.children[node.place + 1 :], level) if parent else []


def _until(nodes: Sequence[Node], level: int) -> list[Node]:
    section = []
    for node in nodes:
        if any((one.element.level or 9) <= level for one in node.walk() if one.element.role == "heading"):
            break
        section.append(node)
    return section


def _counts(wanted: Wanted, page: Page, asked: Asked, used: Sequence[Candidate]) -> dict[Path, Built]:
    """Leaves that ask how many records there are, where the page does not state the number itself."""
    counts: dict[Path, Built] = {}
    for leaf in leaves_of(wanted):
        if leaf.wanted.kinds[0] != "integer" or not _asks_count(leaf, asked):
            continue
        noun = _noun(leaf, asked)
        counted = _count(page, noun, asked, used)
        if counted is not None:
            counts[leaf.path] = counted
    return counts


def _asks_count(leaf: Leaf, asked: Asked) -> bool:
    words = split_words(leaf.wanted.name)
    return bool((words and words[0] in _COUNT_WORDS) or words[-1:] == ("count",)) or (
        "how many" in asked.text.lower() and set(words) <= {*_COUNT_WORDS, "answer", "result", "value"}
    )


def _noun(leaf: Leaf, asked: Asked) -> tuple[str, ...]:
    """What is to be counted: from the property's name, else from the wish."""
    words = tuple(
        word for word in split_words(leaf.wanted.name) if word not in {*_COUNT_WORDS, "of", "answer"}
    )
    if words:
        return words
    said = tuple(word for word in leaf.wanted.told if word not in _COUNT_WORDS)
    match = _HOW_MANY.search(asked.text)
    return telling_words(_STATED.sub("", match[1].strip())) if match else said


def _count(page: Page, noun: tuple[str, ...], asked: Asked, used: Sequence[Candidate]) -> Built | None:
    chooses = bool(asked.conditions)
    for words in () if chooses else (noun, *_rows_of(page, noun)):
        if (stated := _stated(page, words, asked)) is not None:
            return stated
    if used and (not noun or len(used) == 1):
        group, table = used[0].group, used[0].table.whole()
    else:
        ranked = sorted(
            (
                (group.named(noun), not group.boilerplate, len(group), number)
                for number, (group, _) in enumerate(page.groups)
            ),
            reverse=True,
        )
        if not noun or not ranked or ranked[0][0] < 0.6:
            return None
        group, sampled = page.groups[ranked[0][3]]
        table = sampled.whole()
    wanted = Wanted(kinds=("array",), item=Wanted(kinds=("object",)))
    places: Sequence[int] = range(len(table.records))
    named = named_places(mentions(table, asked.text, noun, noun))
    if named:
        places = named
    candidate = candidates([(group, table)], wanted, asked, any_fit=True)[0]
    chosen = choose(
        table, places, [], candidate.match, replace(asked, first=None, last=None, nth=None, order=None)
    )
    parent = group.records[0][0].parent
    doubts = list(chosen.doubts)
    if leads_on(group, page.observation, page, surely=True) or _is_part(len(table.records), page):
        doubts.append("what is counted goes on past what the page shows")
    return Built(len(chosen.places), {"": parent.ref} if parent and parent.ref else {}, doubts=doubts)


def _is_part(number: int, page: Page) -> bool:
    """Whether the page says that it shows so many of more: `Showing 10 of 40`, `1-10 of 40`."""
    said = (match for match in _OF_MORE.finditer(page.observation.text))
    return any(int(match[1]) == number < int(match[2].replace(",", "")) for match in said)


def _rows_of(page: Page, noun: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """What a page that is headed by a noun may call these things where it says how many there are."""
    heads = (e.name for e in page.observation.elements if e.role == "heading")
    return tuple(map(telling_words, _AS_ROWS)) if noun and noun in map(telling_words, heads) else ()


def _stated(page: Page, noun: tuple[str, ...], asked: Asked) -> Built | None:
    """The number of them that the page states: `12,300 results`."""
    if not noun:
        return None
    wanted = Wanted(name="count", kinds=("integer",), words=noun)
    leaf = Leaf(("count",), wanted, (noun,))
    groups = [group for group, _ in page.groups]
    readings, doubts = read_single(place_of([page.tree.root], page.headers, groups), [leaf], None)
    reading = readings[("count",)]
    if reading is None or doubts or isinstance(reading.value, Nothing) or is_of_one_row(reading.cell.node):
        return None
    if _OF_SOME & {*split_words(reading.cell.node.text)} - {*split_words(asked.text)}:
        return None
    return Built(reading.value, {"": reading.cell.node.ref})

"""Getting to a record: to the list that holds it, to the page of that list, and to its own view."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from browser.model.actions import Click
from browser.model.element_match import STRONG, fold, similarity, words_of
from browser.model.observation import Element
from browser.model.roles import CHECK_ROLES
from engines.rules.grounding.find import new_in, said, where
from engines.rules.grounding.titles import heads_alone, is_chosen, large_texts
from engines.rules.reading.things import Thing
from engines.rules.scene import Scene, is_text_field
from engines.rules.skills.exploring import explore, leads, without_count
from engines.rules.skills.records.locate import anchors, groups_around, is_done, stems
from engines.rules.skills.seek import fold_sign, pager
from engines.rules.step_generator import Ambiguous, NotFound, Turns, act, attempt

_MOST_PAGES = 10
"""So many further pages of a list are looked at for one record."""
_PAGES_BESIDE = 4
"""So many pages behind the one with the record are looked at for another of its name."""
_TURNS = frozenset({"next", ">", "›", "»", "older", "next page", "next ›", "next »", "next →"})
_BACK = frozenset({"previous", "prev", "<", "‹", "«", "newer", "previous page", "‹ previous", "« previous"})
_TURNS_KEPT = 4
"""Turns that are left for what is to be done to the record."""
_PAGES = frozenset({"pagination", "pager", "paging", "paginator", "pages"})
_ANY_THING = stems("item entry record")
"""Nouns that say of a thing no more than that it is one of a list."""
_LIST = stems("list all my")
"""Words of an entry of the navigation that say no more than that it leads to a list."""
_TITLE = 0.68
"""How much of a heading a name is at least, by `similarity`: it stands in it word by word."""


def reach(
    thing: Thing, scene: Scene, instead: Callable[[Scene], Element | None] = lambda scene: None
) -> Turns:
    """A page that shows a thing: the list of its kind, a later page of it, or where the navigation leads.

    Args:
        thing: Which one.
        scene: The page as it is.
        instead: What will do as well, where it is found.

    Raises:
        NotFound: It is on none of the pages that were looked at.
        Ambiguous: Another of that name is on a later page of its list.
    """
    if instead(scene) is not None:
        return scene
    if thing.within is not None:
        return (yield from _to_what_holds_it(thing, thing.within, scene))
    scene = yield from to_its_kind(thing, scene)
    scene = yield from _page_on(thing, scene)
    words = " ".join((thing.name, thing.kind, thing.place, thing.tail, *thing.also))
    scene, _ = yield from explore(
        scene, lambda now: anchors(thing, now) or instead(now), words, anywhere=True, named=thing.name
    )
    return (yield from _alone(thing, scene))


def _to_what_holds_it(thing: Thing, outer: Thing, scene: Scene) -> Turns:
    """The view of the record that a thing is a part of, which need not show the thing by its name.

    Raises:
        NotFound: No view came up that is headed by its name, and no list marks it as the chosen one.
    """
    scene = yield from reach(outer, scene)
    if chosen(outer, scene) is not None or is_headed(outer, scene, STRONG):
        return scene
    scene = yield from press_record(outer, scene, f"no {thing.name or thing.kind!r}")
    if chosen(outer, scene) is None and not is_headed(outer, scene, STRONG):
        raise NotFound(f"found {outer.name!r}, and no view of what is in it")
    return scene


def chosen(thing: Thing, scene: Scene) -> Element | None:
    """The record of a thing that its list marks as the chosen one, and none beside it; None where none is."""
    for anchor in anchors(thing, scene):
        for group in scene.records_around(anchor):
            others = [one for one in scene.alike(group) if one.ref != group.ref]
            if is_chosen(group) and not leads(group, scene) and not any(map(is_chosen, others)):
                return group
    return None


def to_its_kind(thing: Thing, scene: Scene) -> Turns:
    """Where the navigation has an entry for this kind of thing, that is where such things are."""
    kinds = {stems(thing.kind), stems(thing.kind.split()[-1] if thing.kind else "")}
    kinds |= {stems(thing.kind) - _ANY_THING} - {frozenset()}
    leading = where(scene, lambda e: e.interactive and leads(e, scene))
    called = [(e, stems(without_count(e.name)) or stems(e.description)) for e in leading]
    ways = [e for e, words in called if words in kinds] or [
        e for e, words in called if words - _LIST in kinds
    ]
    if len(ways) != 1 or not thing.kind or is_done(ways[0]):
        return scene
    return (yield from act(Click(ways[0].ref)))


def _page_on(thing: Thing, scene: Scene) -> Turns:
    """Later pages of the list that is shown, until one of them shows the thing."""
    for _ in range(_MOST_PAGES):
        onward = pager(scene)
        if anchors(thing, scene) or onward is None or not _turns_pages(onward, scene):
            break
        if scene.steps_left <= _TURNS_KEPT:
            break
        onward = next((one for one in scene.inside(onward) if one.interactive), onward)
        if not onward.enabled:
            break
        scene = yield from attempt(Click(onward.ref))
    return scene


def _alone(thing: Thing, scene: Scene) -> Turns:
    """The page that shows a thing, once the next pages of its list were seen to show no other of its name.

    A name with a figure in it is taken for one that nothing else has.
    """
    called = {fold(one.name or one.text) for one in anchors(thing, scene)}
    onward = _onward(scene)
    if any(sign.isdigit() for sign in thing.name) or thing.also or not called or onward is None:
        return scene
    number = _number_of(onward, scene)
    if not number and not any(fold_sign(one) in _BACK for one in scene.elements):
        return scene  # there may be no way back
    turned = 0
    while onward is not None and turned < _PAGES_BESIDE and scene.steps_left > turned + _TURNS_KEPT + 2:
        scene = yield from attempt(Click(onward.ref))
        turned += 1
        if any(fold(one.name or one.text) in called for one in anchors(thing, scene)):
            raise Ambiguous(f"{thing.name!r} stands on {turned + 1} pages of the list, each time another")
        onward = _onward(scene)
    for _ in range(turned):
        ways = where(scene, lambda e: e.interactive and e.enabled and fold_sign(e) in {number, *_BACK} - {""})
        if not ways or anchors(thing, scene):
            break
        scene = yield from act(Click(next((one for one in ways if fold_sign(one) == number), ways[0]).ref))
    if not anchors(thing, scene):
        raise NotFound(f"{thing.name!r} was not found again once the next pages of its list were looked at")
    return scene


def _number_of(onward: Element, scene: Scene) -> str:
    """The number of the page that is shown, which a pager with numbers says and leads nowhere; else ""."""
    for group in list(scene.ancestors(onward))[:2]:
        inside = [e for e in scene.inside(group) if e.role == "text" and e.name.strip().isdigit()]
        plain = [e for e in inside if not any(one.interactive for one in scene.ancestors(e))]
        if len(inside) > 1:
            return plain[0].name.strip() if len(plain) == 1 else ""
    return ""


def _onward(scene: Scene) -> Element | None:
    """What leads to the next page of a list that is shown page by page; None where it is spent."""
    sign = pager(scene)
    if sign is None or fold_sign(sign) not in _TURNS or not _turns_pages(sign, scene):
        return None
    usable = next((one for one in scene.inside(sign) if one.interactive), sign)
    return usable if usable.enabled and usable.interactive else None


def _turns_pages(sign: Element, scene: Scene) -> bool:
    """Whether a sign for "next" belongs to the pages of a list, and is no step of a form."""
    around = [sign, *list(scene.ancestors(sign))[:2]]
    if any(_PAGES & {*one.hints, *words_of(one.name)} for one in around):
        return True
    beside = scene.children(around[1]) if len(around) > 1 else ()
    numbers = [one for one in beside if (one.name or one.text).strip().isdigit()]
    return len(numbers) > 1 and any(one.interactive for one in numbers)


def the_record(thing: Thing, scene: Scene) -> tuple[Element, Element] | None:
    """The one record of the thing with its name in it; None where there are several, or none."""
    pairs = {}
    for anchor in anchors(thing, scene):
        for group in groups_around(anchor, scene)[:1]:
            pairs[group.ref] = (group, anchor)
    return next(iter(pairs.values())) if len(pairs) == 1 else None


def press_record(thing: Thing, scene: Scene, missing: str) -> Turns:
    """What comes up once the thing is pressed at its name, twice where one press only marks it as chosen.

    Args:
        thing: Which one.
        scene: A page that shows it.
        missing: What was not found so far, for the reason: `nothing called 'archive'`.

    Raises:
        NotFound: It stands there several times.
    """
    record = the_record(thing, scene)
    if record is None and (entry := _lone_entry(thing, scene)) is not None:
        return (yield from act(Click(entry.ref)))
    if record is None:
        raise NotFound(f"found {missing} for {thing.name!r}{offered(scene)}")
    now = yield from act(Click(record[1].ref))
    pressed = the_record(thing, now)
    if pressed is None or is_headed(thing, now) or now.observation.url != scene.observation.url:
        return now
    if not _marks(pressed[1], now) - _marks(record[1], scene):
        return now
    return (yield from act(Click(pressed[1].ref, count=2)))


def _lone_entry(thing: Thing, scene: Scene) -> Element | None:
    """What is pressed where a thing is named once, in no list with others: what a search suggests or left."""
    names = [e for e in anchors(thing, scene) if similarity(thing.name, e.name or e.text) >= STRONG]
    if len(names) != 1:
        return None
    around = (names[0], *list(scene.ancestors(names[0]))[:2])
    usable = [e for e in around if e.interactive and not is_text_field(e) and e.role not in CHECK_ROLES]
    return usable[0] if usable else None


def _marks(name: Element, scene: Scene) -> set[str]:
    """What the author calls the records around a name, such as `selected`, and their states."""
    return {mark for group in groups_around(name, scene) for mark in (*group.hints, *group.states)}


def is_headed(thing: Thing, scene: Scene, least: float = _TITLE) -> bool:
    """Whether the view in front is headed by the name of a thing; with `STRONG`, and by nothing else."""
    return title_of(thing, scene, least) is not None


def title_of(thing: Thing, scene: Scene, least: float = _TITLE) -> Element | None:
    """What heads the view of a thing: a heading with its name, or its name alone in larger letters."""
    heads = where(scene, lambda e: e.role == "heading" and "covered" not in e.states)
    for name in thing.names:
        found = [e for e in heads if similarity(name, e.name or e.text) >= least]
        found = found or [
            e for e in large_texts(scene)
            if similarity(name, e.name) >= STRONG and "covered" not in e.states and heads_alone(e, scene)
        ]  # fmt: skip
        if found:
            return found[0]
    return None


def opened_view(thing: Thing, before: Scene, scene: Scene) -> Element | None:
    """What heads the view that came up when a record was pressed; None where none did.

    A view need not be headed by the name: it is of the record, too, where the name stands apart from the list
    and either the list is gone while most that it said of the record is still shown, or the name stands there
    as often as all over the page before, with controls that came up beside it.
    """
    record = the_record(thing, before)
    if (head := title_of(thing, scene)) is not None or record is None:
        return head
    others = _said_by_others(record[0], before)
    called = (*thing.names, record[1].name or record[1].text)
    named = [e for e in _named(called, scene) if not _is_in_row(e, others, scene)]
    if not named:
        return None
    shown = _shown(scene)
    if others and len(others & shown) <= _FEW_LEFT * len(others):
        own = {e.name for e in before.inside(record[0]) if e.role == "text" and words_of(e.name)}
        kept = {text for text in own if any(text in other or other in text for other in shown)}
        return named[0] if len(kept) * 2 >= len(own) else None
    new = {e.ref for e in new_in(scene, before)}
    beside = [e for e in named if any(one.ref in new for one in _beside(e, scene))]
    return beside[-1] if beside and len(named) >= len(_named(called, before)) else None


_FEW_LEFT = 0.3
"""So much of what other records say may still be shown where their list is gone."""
_NEAR = 4
"""So many groups around a name are looked at for controls beside it, innermost first."""


def _named(names: Sequence[str], scene: Scene) -> list[Element]:
    """The texts, and the fields to edit it in, that show one of some names and nothing else."""
    seen = where(scene, lambda e: "covered" not in e.states and (e.role == "text" or is_text_field(e)))
    shown = [(e, e.name if e.role == "text" else e.value or "") for e in seen if e.role != "searchbox"]
    return [e for e, words in shown if any(similarity(name, words) >= STRONG for name in names)]


def _shown(scene: Scene) -> frozenset[str]:
    return frozenset(
        text.name for text in scene.texts if "covered" not in text.states and words_of(text.name)
    )


def _said_by_others(record: Element, scene: Scene) -> frozenset[str]:
    """What the other records of a list say, and this one does not."""
    own = {e.name for e in scene.inside(record)}
    others = (e for one in scene.alike(record) if one.ref != record.ref for e in scene.inside(one))
    return frozenset(e.name for e in others if e.role == "text" and words_of(e.name)) - own


def _is_in_row(name: Element, others: frozenset[str], scene: Scene) -> bool:
    """Whether a name stands in a record of a list whose other records are still there."""
    return any(
        others & {e.name for e in scene.inside(one)}
        for group in list(scene.records_around(name))[:_NEAR]
        for one in scene.alike(group)
        if one.ref != group.ref
    )


def _beside(name: Element, scene: Scene) -> list[Element]:
    return [e for group in list(scene.ancestors(name))[:_NEAR] for e in scene.inside(group) if e.interactive]


def offered(scene: Scene) -> str:
    """The first buttons of a page as the end of a reason; "" where it has none."""
    names = [said(e) for e in where(scene, lambda e: e.role == "button" and bool(e.name))]
    return f"; buttons here: {', '.join(list(dict.fromkeys(names))[:6])}" if names else ""

"""Giving text in a rich editor a style: bold, italic, underlined, or a colour."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.actions import Click, Press, Wait
from browser.observation import Element
from engines.embedded.course import Ambiguous, CannotDo, Course, Evidence, NotFound, Turns, act
from engines.embedded.grounding import looks
from engines.embedded.grounding.find import said, where
from engines.embedded.reading.clauses import Clause
from engines.embedded.scene import Scene, fold
from engines.embedded.skills.base import Notes, Read

_STYLES: dict[str, frozenset[str]] = {
    "bold": frozenset({"bold", "bolded", "strong"}),
    "italic": frozenset({"italic", "italics", "italicized", "emphasis"}),
    "underline": frozenset({"underline", "underlined"}),
}
"""A style -> the words for it, in prompts and on buttons."""


@dataclass(frozen=True, slots=True)
class Style:
    """Select some text of the page's editor and press the style's button, or choose the colour."""

    words: str
    """The text to be styled; "" for all of it."""
    style: str = ""
    colour: str = ""

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Select with the keyboard, style with the toolbar, and see that it took."""
        editor = _editor(scene)
        scene = yield from act(*_selecting(editor, self.words))
        notes.unsubmitted = True
        if self.colour:
            return (yield from self._colour(editor, scene))
        button = _button(self.style, scene)
        scene = yield from act(Click(button.ref))
        if not self._shown(editor, scene):
            scene = yield from act(Wait(0.5))
        if not self._shown(editor, scene):  # some editors take the selection only once they have the keyboard
            scene = yield from act(*_selecting(editor, self.words), Wait(0.3), Click(button.ref), Wait(0.3))
        if not self._shown(editor, scene):
            raise CannotDo(f"the text is not {self.style} after {said(button)} was pressed")
        return Evidence(f"{self.words or 'everything'!r} is {self.style}", refs=(editor.ref,))

    def _colour(self, editor: Element, scene: Scene) -> Course:
        scene = yield from _with_palette(self.colour, editor, scene)
        swatch = _swatch(self.colour, scene)
        if swatch is None:
            raise NotFound(f"found no {self.colour} to choose")
        colour = looks.colour_of(swatch)
        scene = yield from act(Click(swatch.ref))
        if not self._shown(editor, scene, colour=colour):
            raise CannotDo(f"the text is not {colour} after that was chosen")
        return Evidence(f"{self.words or 'everything'!r} is {self.colour} ({colour})", refs=(editor.ref,))

    def _shown(self, editor: Element, scene: Scene, colour: str = "") -> bool:
        """Whether just the text that was meant looks like this now."""
        now = scene.get(editor.ref)
        runs = [e for e in scene.inside(now) if e.role == "text"] if now else []
        styled = [run.name for run in runs if _has_style(run, self.style, colour)]
        wanted = self.words or " ".join(run.name for run in runs)
        return fold(" ".join(styled)) == fold(wanted)


def _has_style(run: Element, style: str, colour: str) -> bool:
    look = run.appearance
    if look is None:
        return False
    shown = {"bold": look.bold, "italic": look.italic, "underline": look.underlined}
    return shown.get(style, look.color == colour)


def _editor(scene: Scene) -> Element:
    """The one place where rich text is written."""
    editors = where(
        scene, lambda e: "editable" in e.states and e.role == "textbox" and e.tag not in ("input", "textarea")
    )
    if len(editors) != 1:
        raise (Ambiguous if editors else NotFound)(f"found {len(editors)} text editors")
    return editors[0]


def _selecting(editor: Element, words: str) -> tuple[Press, ...]:
    """The keys that select some words of an editor, or all of it."""
    if not words:
        return (Press("ControlOrMeta+A", editor.ref),)
    text = editor.value or editor.text
    found = [match.start() for match in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", text)]
    if len(found) != 1:
        raise (Ambiguous if found else NotFound)(f"{words!r} stands {len(found)} times in the editor")
    steps = [Press("ControlOrMeta+Home", editor.ref)]
    if found[0]:
        steps.append(Press("ArrowRight", repeat=found[0]))
    return (*steps, Press("Shift+ArrowRight", repeat=len(words)))


def _button(style: str, scene: Scene) -> Element:
    words = _STYLES[style]
    fits = where(
        scene,
        lambda e: e.interactive and e.role != "textbox" and bool(words & {fold(e.name), *e.hints}),
    )
    fits = [e for e in fits if not any(other is not e and scene.holds(e, other) for other in fits)]
    if len(fits) != 1:
        raise (Ambiguous if fits else NotFound)(f"found {len(fits)} buttons for {style}")
    return fits[0]


def _with_palette(colour: str, editor: Element, scene: Scene) -> Turns:
    """Open what offers colours, unless the colour can be clicked already."""
    if _swatch(colour, scene) is not None:
        return scene
    for opener in _openers(editor, scene):
        scene = yield from act(Click(opener.ref))
        if _swatch(colour, scene) is not None:
            return scene
    raise NotFound(f"found no {colour} to choose")


def _openers(editor: Element, scene: Scene) -> list[Element]:
    """What may open a palette, the likeliest first: by its name, else any picker of the toolbar."""
    closed = where(
        scene,
        lambda e: (
            e.interactive
            and e.visible
            and not scene.holds(editor, e)
            and bool({"color", "colour", "palette", "picker", "dropdown"} & {fold(e.name), *e.hints})
        ),
    )
    closed = [e for e in closed if not any(other is not e and scene.holds(e, other) for other in closed)]
    return sorted(closed, key=lambda e: not {"color", "colour", "palette"} & {fold(e.name), *e.hints})[:3]


def _swatch(colour: str, scene: Scene) -> Element | None:
    """The clickable patch that comes nearest to a colour."""
    patches = where(
        scene,
        lambda e: (
            e.interactive
            and e.visible
            and not e.text
            and looks.hue_name(looks.colour_of(e)) == looks.hue_name(looks.COLOURS[colour])
        ),
    )
    patches = [e for e in patches if e.appearance and e.appearance.background]
    return min(patches, key=lambda e: looks.distance(looks.colour_of(e), looks.COLOURS[colour]), default=None)


_WISH = re.compile(
    r"^(?:give|make|set|turn|style|format) (?P<what>everything|all(?: of)?(?: the)? text|the whole text|"
    r"(?:the )?(?:text|words?|phrase) (?P<words>.+?)|\"(?P<quoted>[^\"]+)\")"
    r"(?: (?:to|in|as|with))?(?: the)?(?: (?:style|colou?r))? (?P<style>[a-z]+)$",
    re.IGNORECASE,
)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`using the text editor, give the text "x" the style bold`, `make everything the color red`."""
    at = 0
    if clauses[0].verb == "use" and re.search(r"\beditor$", clauses[0].rest) and len(clauses) > 1:
        at = 1
    match = _WISH.match(clauses[at].text.strip(" .,"))
    if match is None:
        return None
    words = (match["quoted"] or match["words"] or "").strip("\"'")
    wanted = match["style"].lower()
    style = next((style for style, names in _STYLES.items() if wanted in names), "")
    if style:
        return Read(Style(words, style=style), used=at + 1)
    if wanted in looks.COLOURS and looks.hue_name(looks.COLOURS[wanted]):
        return Read(Style(words, colour=wanted), used=at + 1)
    return None

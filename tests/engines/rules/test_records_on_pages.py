"""A record that its list has on a later page is found there; the step of a form is no page of a list."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from browser.model.actions import Action, Click
from engines.rules.step_generator import CannotDo
from tests.support.page_models import Part, carried_out, part


@dataclass
class Shelf:
    """A list in pages of two, with a button on each record."""

    jars: list[str] = field(default_factory=lambda: ["Plum", "Fig", "Quince", "Rhubarb", "Cherry"])
    page: int = 0
    gone: list[str] = field(default_factory=list)
    onward: str = "Next"

    def draw(self) -> Part:
        rows = [
            part("listitem", "", name, part("button", "Archive", ref=f"archive {name}"))
            for name in self.jars[2 * self.page : 2 * self.page + 2]
            if name not in self.gone
        ]
        off = () if self.page < 2 else ("disabled",)
        pages = part("group", "", part("button", self.onward, ref="next", states=off), hints=("pagination",))
        return part("main", "", part("list", "", *rows), pages)

    def do(self, action: Action) -> None:
        match action:
            case Click(target="next"):
                self.page += 1
            case Click(target=str() as ref) if ref.startswith("archive "):
                self.gone.append(ref.removeprefix("archive "))


@pytest.mark.parametrize("jar", ["Plum", "Quince", "Rhubarb"])
def test_a_record_is_found_on_the_page_that_has_it(jar: str) -> None:
    shelf = Shelf()
    carried_out(f"Archive the jar '{jar}'.", shelf.draw, shelf.do)

    assert shelf.gone == [jar]


@pytest.mark.parametrize("onward", ["Next »", "Next page →", "›", "Older"])
def test_the_way_to_the_next_page_may_have_an_arrow(onward: str) -> None:
    shelf = Shelf(onward=onward)
    carried_out("Archive the jar 'Rhubarb'.", shelf.draw, shelf.do)

    assert shelf.gone == ["Rhubarb"]


def test_a_record_that_is_on_no_page_is_refused_after_the_last() -> None:
    shelf = Shelf()

    with pytest.raises(CannotDo, match="found nothing that fits 'Medlar"):
        carried_out("Archive the jar 'Medlar'.", shelf.draw, shelf.do)
    assert (shelf.page, shelf.gone) == (2, [])


def test_the_next_step_of_a_form_is_not_pressed_to_look_for_a_record() -> None:
    pressed: list[Action] = []
    form = part("form", "", part("textbox", "Street"), part("button", "Next", ref="next"))

    with pytest.raises(CannotDo, match="found nothing that fits"):
        carried_out("Archive the jar 'Plum'.", lambda: part("main", "", form), pressed.append)
    assert pressed == []

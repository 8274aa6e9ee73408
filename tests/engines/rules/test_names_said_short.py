"""Switches and places that a person calls by less than the page does, where only one can be meant."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from browser.model.actions import Action, Click, SetChecked
from engines.rules.step_generator import CannotDo
from tests.support.page_models import Part, carried_out, part


@dataclass
class Kiln:
    """Two places; the switches of the second have long labels."""

    place: str = "Firing"
    on: set[str] = field(
        default_factory=lambda: {"Show glaze names in the list", "Show prices", "Show prices twice"}
    )

    def draw(self) -> Part:
        places = [part("link", name, ref=name) for name in ("Firing", "List Display")]
        rows = [part("heading", self.place)]
        if self.place == "List Display":
            labels = (
                "Show glaze names in the list",
                "Show old pots first",
                "Show old pots last",
                "Show prices",
            )
            rows += [
                part("group", "", label, part("checkbox", label, ref=label, label=label, states=("checked",) if label in self.on else ()))
                for label in labels
            ]  # fmt: skip
        return part("main", "", part("navigation", "", *places), *rows)

    def do(self, action: Action) -> None:
        match action:
            case Click(target=str() as ref) if ref in ("Firing", "List Display"):
                self.place = ref
            case SetChecked(target=str() as ref, checked=checked):
                (self.on.add if checked else self.on.discard)(ref)


@pytest.mark.parametrize(
    ("prompt", "label"),
    [
        (
            "Disable the 'Show glaze names' option in the List Display settings.",
            "Show glaze names in the list",
        ),
        ("Turn off the 'Show prices' toggle in List Display.", "Show prices"),
    ],
)
def test_the_one_label_that_says_more_is_meant(prompt: str, label: str) -> None:
    kiln = Kiln()
    carried_out(prompt, kiln.draw, kiln.do)

    assert kiln.on == Kiln().on - {label}


@pytest.mark.parametrize(
    "prompt",
    [
        pytest.param("Enable the 'Show old pots' option in List Display.", id="two labels say more"),
        pytest.param("Enable the 'Show' option in List Display.", id="one word is too little"),
        pytest.param("Enable the 'Show old cups' option in List Display.", id="another name"),
    ],
)
def test_a_name_that_may_mean_several_switches_none(prompt: str) -> None:
    kiln = Kiln()

    with pytest.raises(CannotDo):
        carried_out(prompt, kiln.draw, kiln.do)
    assert kiln.on == Kiln().on

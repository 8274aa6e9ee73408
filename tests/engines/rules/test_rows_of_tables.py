"""What stands in the row of a table: a box below the column of a state, and a control that adds one of a kind."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from browser.model.actions import Action, Click, SetChecked, TypeText
from browser.session import Session
from engines.protocol import Finish, GiveUp
from engines.rules.step_generator import CannotDo
from tests.conftest import Server
from tests.support.page_models import Part, carried_out, part
from tests.support.rules_playing import play, shown


@dataclass
class Kinds:
    """An index in which each kind of thing has a row with "Add" and "Change"; a form of one field."""

    adding: str = ""
    typed: str = ""
    made: list[tuple[str, str]] = field(default_factory=list)

    def draw(self) -> Part:
        if self.adding:
            box = part("textbox", "Name", ref="name", tag="input", value=self.typed)
            return part(
                "main", "", part("heading", f"Add {self.adding}"), box, part("button", "Save", ref="save")
            )
        rows = [
            part(
                "row", "", part("rowheader", "", part("link", kind, kind)),
                part("cell", "", part("link", "Add", ref=f"add {kind}")), part("cell", "", part("link", "Change")),
            )
            for kind in ("Authors", "Tags", "Tag groups")
        ]  # fmt: skip
        return part("main", "", part("table", "", *rows), *(name for _, name in self.made))

    def do(self, action: Action) -> None:
        match action:
            case Click(target=str() as ref) if ref.startswith("add "):
                self.adding = ref.removeprefix("add ")
            case TypeText(text=words, target="name"):
                self.typed = words
            case Click(target="save"):
                self.made.append((self.adding, self.typed))
                self.adding = ""


def test_one_is_made_with_what_adds_in_the_row_of_its_kind() -> None:
    kinds = Kinds()
    carried_out("Create a tag called islands.", kinds.draw, kinds.do)

    assert kinds.made == [("Tags", "islands")]


def test_nothing_is_made_where_no_row_is_of_the_kind() -> None:
    kinds = Kinds()

    with pytest.raises(CannotDo):
        carried_out("Create a boat called islands.", kinds.draw, kinds.do)
    assert kinds.made == []


LOANS = """
<table><thead><tr><th></th><th>Book</th><th>Borrower</th><th>Returned</th></tr></thead><tbody id="rows"></tbody></table>
<button onclick="log.textContent = [...document.querySelectorAll('.returned')].map(one => one.checked).join(' ')">Save</button><p role="status" id="log">untouched</p>
<script>
rows.innerHTML = [["Tides", "Ann Lund"], ["Moors", "Kim Park"], ["Tides", "Bo Wik"]].map(([book, who]) =>
  `<tr><td><input type="checkbox" aria-label="Select ${book}"></td><td>${book}</td><td>${who}</td><td><input type="checkbox" class="returned"></td></tr>`).join("");
</script>
"""


@dataclass
class Loans:
    """A table with a box below the column of a state."""

    back: set[str] = field(default_factory=set)

    def draw(self) -> Part:
        head = part("row", "", part("columnheader", "Borrower"), part("columnheader", "Returned"))
        rows = [
            part("row", "", part("cell", "", who), part("cell", "", part("checkbox", "", ref=who, states=("checked",) if who in self.back else ())))
            for who in ("Ann Lund", "Kim Park")
        ]  # fmt: skip
        return part("main", "", part("table", "", head, *rows))

    def do(self, action: Action) -> None:
        match action:
            case SetChecked(target=str() as who, checked=True):
                self.back.add(who)


def test_a_record_is_marked_by_the_box_below_the_column_of_the_state() -> None:
    loans = Loans()
    carried_out("Mark the loan to Kim Park as returned.", loans.draw, loans.do)

    assert loans.back == {"Kim Park"}


def test_a_record_is_not_marked_where_no_column_is_called_so() -> None:
    loans = Loans()

    with pytest.raises(CannotDo, match="found nothing called 'mark as lost'"):
        carried_out("Mark the loan to Kim Park as lost.", loans.draw, loans.do)
    assert loans.back == set()


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
class TestInThePage:
    async def test_the_box_below_the_column_is_ticked_and_kept(
        self, session: Session, server: Server
    ) -> None:
        ended = await play(session, server.page(LOANS), "Mark the loan to Kim Park as returned and save.")

        assert isinstance(ended, Finish), ended
        assert (await shown(session)).strip().endswith("false true false")

    async def test_a_record_that_two_rows_fit_is_not_marked(self, session: Session, server: Server) -> None:
        ended = await play(session, server.page(LOANS), "Mark the loan of 'Tides' as returned and save.")

        assert isinstance(ended, GiveUp), ended
        assert (await shown(session)).strip().endswith("untouched")

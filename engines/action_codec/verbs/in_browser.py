"""What is done in the browser: addresses, history, waiting, tabs, dialogs."""

from __future__ import annotations

from browser.model.actions import (
    AnswerDialog,
    Back,
    CloseTab,
    Forward,
    Goto,
    OpenTab,
    Reload,
    SwitchTab,
    Wait,
)
from engines.action_codec.arguments import shown
from engines.action_codec.arguments import values as read
from engines.action_codec.arguments.given import LONGEST_WAIT_S, Given, Item
from engines.action_codec.verbs.verb import Argument, Verb, also


def _goto(given: Given) -> Item:
    url = given.needed("url", given.address)
    return OpenTab(url) if given.optional("new_tab", read.flag, False) else Goto(url)


VERBS: tuple[Verb, ...] = (
    Verb(
        "goto",
        _goto,
        '{"action":"goto","url":"https://..."}; also "back", "forward", "reload" (no arguments)',
        (
            Argument("url", also=("link", "address", "href", "uri", "page")),
            Argument("new_tab", "flag", also=("innewtab",), in_json=False),
        ),
        "url",
        also("navigate", "navigateto", "gotourl", "openurl", "visit", "open", "gotopage", "browse"),
        does="url: an address, back, forward, reload, a tab such as t2, or close.",
        needs=("url",),
    ),
    Verb("back", lambda given: Back(), "", (), "", also("goback", "navigateback", "browserback"),
         offered=None),
    Verb("forward", lambda given: Forward(), "", (), "", also("goforward", "navigateforward"),
         offered=None),
    Verb("reload", lambda given: Reload(), "", (), "", also("refresh", "reloadpage", "refreshpage"),
         offered=None),
    Verb(
        "wait",
        lambda given: Wait(given.optional("seconds", read.between(0, LONGEST_WAIT_S), 1.0)),
        '{"action":"wait","seconds":2} only if something is loading',
        (Argument("seconds", "number", also=("time", "duration", "second", "secs", "sec", "s")),),
        "seconds",
        also("sleep", "pause", "waitseconds"),
        does="Only while something loads.",
        needs=("seconds",),
    ),
    Verb(
        "open_tab",
        lambda given: OpenTab(given.optional("url", given.address, "")),
        '{"action":"open_tab","url":"..."}, {"action":"switch_tab","tab":"t2"}, {"action":"close_tab"}',
        (Argument("url", also=("link", "address", "href")),),
        "url",
        also("newtab", "opennewtab", "createtab"),
        offered=None,
    ),
    Verb(
        "switch_tab",
        lambda given: SwitchTab(given.needed("tab", given.seen(shown.tab))),
        "",
        (Argument("tab", also=("tabid", "id", "index", "target")),),
        "tab",
        also("switchtotab", "selecttab", "activatetab", "changetab"),
        offered=None,
    ),
    Verb(
        "close_tab",
        lambda given: CloseTab(given.optional("tab", given.seen(shown.tab), "")),
        "",
        (Argument("tab", also=("tabid", "id", "index")),),
        "tab",
        offered=None,
    ),
    Verb(
        "dialog",
        lambda given: AnswerDialog(given.needed("accept", read.flag), given.optional("text", read.text, "")),
        '{"action":"dialog","accept":true,"text":"..."} answers an open dialog',
        (
            Argument("accept", "flag", also=("ok", "confirm", "yes", "accepted")),
            Argument("text", also=("value", "input", "answer")),
        ),
        "accept",
        also("answerdialog", "handledialog", "dialoganswer")
        | also("acceptdialog", "acceptalert", accept=True)
        | also("dismissdialog", "dismissalert", "canceldialog", accept=False),
        needs=("accept",),
    ),
)  # fmt: skip

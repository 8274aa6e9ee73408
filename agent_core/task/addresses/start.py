"""The address that a prompt names: where a task without `url` begins."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from agent_core.task.addresses.checked import web_address
from browser.model.addresses.origins import normal_host

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_REST = r"(?::\d{1,5})?(?:[/?#][^\s<>\"'`。、，；：！？）】」』]*)?"
_WITH_SCHEME = re.compile(r"\bhttps?://[^\s<>\"'`。、，；！？）】」』]+", re.IGNORECASE)
_THIS_MACHINE = re.compile(
    rf"(?<![\w@./-])(?:localhost|(?:\d{{1,3}}\.){{3}}\d{{1,3}}|\[[0-9a-f:]+\]){_REST}(?![\w@-])",
    re.IGNORECASE,
)
_ASCII_HOST = re.compile(
    rf"(?<![\w@./\\-])(?P<host>(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9])"
    rf"(?P<rest>{_REST})(?![a-z0-9_@-])",
    re.IGNORECASE | re.ASCII,
)
_ANY_HOST = re.compile(
    rf"(?<![\w@./\\-])(?P<host>(?:[^\W_][\w-]*\.)+[^\W\d_]{{2,}})(?P<rest>{_REST})(?![\w@-])"
)
_FILE_ENDINGS = frozenset(
    "bz cab cc gz ink java md mo mov mp ms pl ps pub py rs save sh so st tf tr ts zip".split()  # noqa: SIM905
)
"""Endings that are a country's or a registry's, and those of files too: `notes.md`, `report.zip`."""


def address_in(prompt: str) -> str:
    """The first web address that the words name, with a scheme; "" where they name none.

    A host without a scheme is one if it ends in a suffix under which names are registered (the Public
    Suffix List, publicsuffix.org) and could not as well be a file's name or the seam of two sentences.
    """
    found = [
        (match.start(), address)
        for pattern in (_WITH_SCHEME, _THIS_MACHINE, _ASCII_HOST, _ANY_HOST)
        for match in pattern.finditer(prompt)
        if (address := _address(match, prompt))
    ]
    return min(found, default=(0, ""), key=lambda one: one[0])[1]


def _address(match: re.Match[str], prompt: str) -> str:
    if "host" in match.groupdict() and not _is_registered(match["host"], match["rest"]):
        return ""
    try:
        return web_address(_without_punctuation(match.group()))
    except ValueError:
        return ""


def _is_registered(host: str, rest: str) -> bool:
    if host.lower().startswith("www."):
        return True
    ending = host.rpartition(".")[2]
    if ending[0].isupper() and not ending.isupper():
        return False  # "done.In" is the end of one sentence and the beginning of the next
    if ending.lower() in _FILE_ENDINGS and not rest.strip(".,;:!?") and host.count(".") == 1:
        return False
    host = normal_host(host)
    suffix = _suffixes().publicsuffix(host, accept_unknown=False)
    return suffix is not None and suffix != host


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    # The list takes 30 ms to read, and only tasks without a url need it.
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList(only_icann=True)


def _without_punctuation(address: str) -> str:
    """The address without what belongs to the sentence around it; a bracket stays where its pair is in it."""
    while address and address[-1] in ".,;:!?)]}*_…":
        pair = {")": "(", "]": "[", "}": "{"}.get(address[-1])
        if pair and address.count(pair) >= address.count(address[-1]):
            break
        address = address[:-1]
    return address

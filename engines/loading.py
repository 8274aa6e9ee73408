"""Whether a page says that what it was asked for is still on its way."""

from __future__ import annotations

import re

from browser.model.observation import STILL_LOADING, Element, Observation

_SAYS_WAIT = re.compile(
    r"(?:(?:loading|saving|sending|submitting|processing|uploading|updating|please wait|one moment)\b"
    r"|lädt|wird geladen|wird gespeichert|bitte warten|chargement|enregistrement|cargando|guardando"
    r"|caricamento|salvataggio|загрузка|сохранение).{0,24}",
    re.IGNORECASE,
)
"""A text that says so, whole."""
_SAYING = frozenset(("text", "status", "alert", "progressbar"))


def shows_loading(page: Observation) -> bool:
    """Whether the page is not there yet, or shows that it works on something: in words, or as busy.

    A frame of its own, an advertisement mostly, says nothing of the page around it.
    """
    return STILL_LOADING in page.notes or any(map(_says_so, page.elements))


def _says_so(element: Element) -> bool:
    if not element.visible:
        return False
    says = element.role in _SAYING and _SAYS_WAIT.fullmatch(element.name.strip()) is not None
    return says or "busy" in element.states

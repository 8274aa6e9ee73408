"""The code by which a shop knows a product: what the page calls so, states, or has in its address."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from browser.model.addresses.origins import parse
from browser.model.observation import Observation
from browser.values.dates import looks_like_date
from engines.extraction.article.blocks import Block

_THING = (
    r"(?:product|item|article|catalog(?:ue)?|style|stock|listing|web|ad|lot|posting|post|part|order|offer|"
    r"produit|article|producto|artículo|produkt|prodotto|articolo|produto|artigo|produs|artikel|bestell|tuote)"
)
_NUMBER = (
    r"(?:code|codes|no\b\.?|number|nummer|nr\b\.?|num\b\.?|n[º°]|id|ref(?:erence)?\b\.?|#|kod|numero|número)"
)
_STRONG = re.compile(
    rf"(?:\bsku\b|\b{_THING}[\s-]*{_NUMBER}|\bart(?:ikel|icle|\.)?[\s.-]*(?:no|nr|nummer|num|code)\b\.?|"
    r"\bbestell[\s-]?(?:nr\.?|nummer)|\bc[óo]d(?:igo|ice)?\.?\s+(?:d[eoi]l?\s+)?(?:produ\w+|articolo|prodotto|art\w+)|"
    r"\bcod\s+produs|\bkod\s+produktu|\bkód\s+(?:produktu|zboží|tovaru)|\bnumer\s+(?:katalogowy|produktu|ref\w*)|"
    r"\btootekood|\bšifra(?:\s+\w+)?|\bcikkszám|артикул|код\s+товара|номер\s+(?:товара|объявления)|"
    r"商品(?:編號|编号|番号|コード|代碼)|貨號|品番|מק[\"״]ט|رقم\s+المنتج|كود\s+المنتج)",
    re.IGNORECASE,
)
_WEAK = re.compile(
    r"(?:\br[ée]f(?:[ée]rence|erencia|erencja|erenz)?\b\.?|\bmodel(?:l)?(?:\s+(?:no|number|nr)\b\.?)?|\bcode\b|\bc[óo]digo\b|"
    r"\bcodice\b|\bкод\b|\bkod\b|\bkód\b|\bid\b|\bart\b\.?|\bean\b|\bisbn(?:-1[03])?\b|\bcod\b\.?|\bkoda\b|型號)",
    re.IGNORECASE,
)
_SEPARATED = r"\s*(?:[:：#º°.]|\bis\b)*\s*"
_CODE = r"(?P<code>[A-Za-z0-9][\w./+-]*\w|\d{3,})"
_IS_CODE = re.compile(r"(?=(?:\D*\d){2})[A-Za-z0-9][\w./+-]{2,39}")
_LABELLED = tuple(
    re.compile(rf"(?:^|[^\w])(?:{label.pattern}){_SEPARATED}{_CODE}(?![\w])", re.IGNORECASE)
    for label in (_STRONG, _WEAK)
)
_ALONE = tuple(
    re.compile(rf"^\W*(?:[^\W\d]+\s+)?(?:{label.pattern})\W*$", re.IGNORECASE) for label in (_STRONG, _WEAK)
)
_AT_END = tuple(
    re.compile(rf"(?:^|\W)(?:{label.pattern})\s*[:：]\s*$", re.IGNORECASE) for label in (_STRONG, _WEAK)
)
_LONGEST_LINE = 160


def labelled_codes(blocks: Sequence[Block]) -> Iterator[tuple[int, Block, str]]:
    """What the page calls a code of the product: how weak its name is (0, 1), the block, the code."""
    for strength in (0, 1):
        for at, block in enumerate(blocks):
            if len(block.text) > _LONGEST_LINE:
                continue
            for match in _LABELLED[strength].finditer(block.text):
                if is_code(match["code"]):
                    yield strength, block, match["code"]
            if (_ALONE[strength].match(block.text) or _AT_END[strength].search(block.text)) and at + 1 < len(
                blocks
            ):
                following = blocks[at + 1].text.strip(" :#\u200e\u200f")
                if is_code(following):
                    yield strength, blocks[at + 1], following


def is_code(text: str) -> bool:
    """Whether a text looks like an identifier: digits in it, one word, no day and no measure."""
    return (
        bool(_IS_CODE.fullmatch(text))
        and not looks_like_date(text)
        and not re.fullmatch(r"\d{1,2}[./]\d{1,2}", text)
    )


def codes_in_address(url: str) -> list[str]:
    """What in the address may be an identifier, the likeliest first: long ones, late ones."""
    parts = parse(url)
    if parts is None:
        return []
    values = [pair.partition("=")[2] for pair in unquote(parts.query).split("&") if pair]
    segments = [segment for segment in unquote(parts.path).split("/") if segment]
    found: list[tuple[int, int, str]] = []
    for place, segment in enumerate([*values, *segments]):
        segment = re.sub(r"\.(?:html?|php|aspx?|jsp)$", "", segment)
        for token in re.split(r"[-_.~,;]", segment):
            digits = sum(map(str.isdigit, token))
            mixed = digits >= 2 and re.fullmatch(r"[A-Z0-9]{8,}", token)
            if mixed or (
                digits >= 4 and len(token) >= 5 and re.fullmatch(r"[A-Za-z]{0,6}\d[A-Za-z0-9]*", token)
            ):
                whole = token == segment
                found.append((2 * whole + (place >= len(values)), place, token))
    return [token for _, _, token in sorted(found, key=lambda one: (-one[0], -one[1]))]


def code_in_address(observation: Observation, stated: Sequence[str]) -> str:
    """The identifier in the address that the page itself repeats, else the only one there; "" for none."""
    codes = codes_in_address(observation.url)
    shown = set(re.findall(r"[\w/.-]{4,}", observation.text)) | set(stated)
    return next((code for code in codes if code in shown), codes[0] if codes else "")

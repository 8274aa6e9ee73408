"""Whether a page says that its product can be had: in words beside it, or by what can be pressed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engines.extraction.article.blocks import Block
from engines.extraction.page.words import word_set

_FAR = 120
"""What stands further below the name is said of something else."""
_LONGEST = 140
_OUT = re.compile(
    r"^\W*(?:(?:this|the)\s+(?:item|product)\s+is\s+)?"
    r"(?:currently|temporarily|sorry,?|momentan|derzeit|actuellement|attualmente|actualmente)?\W*"
    r"(?:out of stock|sold out|unavailable|not available|no longer available|"
    r"(?:derzeit |momentan )?nicht (?:verfügbar|lieferbar|vorrätig)|ausverkauft|"
    r"(?:actuellement )?indisponible|épuisé|(?:en )?rupture de stock|en rupture|"
    r"(?:attualmente |temporaneamente )?(?:non disponibile|esaurito)|agotado|no disponible|sin stock|"
    r"esgotado|indisponível|uitverkocht|niet (?:op voorraad|leverbaar)|slut i lager|slutsåld|udsolgt|"
    r"utsolgt|loppuunmyyty|wyprzedan[ey]|niedostępn[yae]|brak w magazynie|vyprodáno|vypredané|"
    r"nedostupn[éýá]|stoc epuizat|indisponibil|elfogyott|rasprodano|nije dostupno|нет в наличии|распродано|"
    r"缺貨|售完|已售完|已搶完|在庫切れ|売り切れ|غير متوفر|نفد(?:ت)?|אזל(?: מהמלאי)?)\b",
    re.IGNORECASE,
)
_IN = re.compile(
    r"\b(?:in stock|available (?:now|online|for)|auf lager|sofort lieferbar|lieferbar|en stock|disponible|"
    r"disponibile|disponibilità immediata|em stock|op voorraad|i lager|på lager|dostępny|skladem|na sklade|"
    r"in stoc|raktáron|na zalihi|na skladištu|laos|в наличии|有現貨|在庫あり|متوفر)\b",
    re.IGNORECASE,
)
_BUY = re.compile(
    r"^\W*(?:add to (?:cart|bag|basket|trolley)|buy (?:it )?now|buy\b|purchase|"
    r"in den (?:warenkorb|einkaufswagen)|jetzt kaufen|ajouter au panier|acheter|aggiungi al carrello|"
    r"acquista|añadir a(?:l carrito| la cesta)|agregar al carro|comprar|adicionar ao carrinho|in winkelwagen|"
    r"lägg i (?:varukorg|kundvagn)|læg i kurv|lisa (?:ostu)?korvi|do koszyka|dodaj do koszyka|"
    r"do ko[šs][íi]ku|v košarico|u košaricu|adaugă în coș|kosárba|купить|в корзину|加入購物車|直接購買|"
    r"カートに入れる|أضف (?:إلى|الى) (?:السلة|العربة|حقيبة)|הוסף לסל)",
    re.IGNORECASE,
)
_OTHERS = word_set(
    "carousel related recommended similar also slider sponsored swatch size sizes review reviews"
)


def shown_stock(blocks: Sequence[Block], headline: int) -> tuple[bool, Block] | None:
    """Whether it can be had and the block that says so; None where nothing says either."""
    near = blocks[max(0, headline - 5) : headline + _FAR]
    near = [block for block in near if len(block.text) <= _LONGEST and not _is_of_others(block)]
    gone = next((block for block in near if _OUT.match(block.text)), None)
    there = next((block for block in near if _IN.search(block.text) and not _OUT.search(block.text)), None)
    buys = next((block for block in near if len(block.text) <= 40 and _BUY.match(block.text)), None)
    if gone is not None and buys is None:
        return False, gone
    found = there or buys
    return (True, found) if found else None


def _is_of_others(block: Block) -> bool:
    return any(_OTHERS.intersection(node.element.hints) for node in [*block.first.ancestors()][:6])

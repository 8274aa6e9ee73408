"""The values of a schema that asks for one product, read from what its page shows and states."""

from __future__ import annotations

from collections.abc import Sequence

from browser.model.observation import Observation
from browser.model.page_tree import Node, PageTree
from browser.values.numbers import currency_code
from engines.extraction.columns.cells import Cell
from engines.extraction.columns.coerce import NOTHING, Custom, Nothing, coerce
from engines.extraction.columns.match import Leaf, Reading
from engines.extraction.page.words import concepts, word_set
from engines.extraction.product.page import ProductFact, ProductPage
from engines.output_spec import JSON

Readings = dict[tuple[str, ...], Reading | None]

_SAYS_PRODUCT = word_set("product item offer sku good article")
_CODE_WORDS = word_set("sku productid")
_FORMER = word_set("original old previous former regular list rrp msrp was")


def read_product(leaves: Sequence[Leaf], wish: Sequence[str], tree: PageTree, page: Observation) -> Readings:
    """Name, price, currency, code and availability, as far as the schema asks for those of one product.

    Args:
        leaves: The scalars that are wanted.
        wish: The words of the task.
        tree: The page.
        page: The same as it was observed.

    Returns:
        What was read, None for what was not found; {} where no product is asked for, or the page is not about
        one.
    """
    asked = {leaf.path: part for leaf in leaves if (part := _part_of(leaf))}
    parts = set(asked.values())
    named = _SAYS_PRODUCT.intersection(wish) or "code" in parts
    if not parts & {"price", "code"} or not named or len(parts) < 2:
        return {}
    product = ProductPage(tree, page)
    if not product.is_one:
        return {}
    nodes = {node.ref: node for node in tree.nodes}
    readings: Readings = {}
    for leaf in leaves:
        if leaf.path in asked:
            fact: ProductFact | None = getattr(product, asked[leaf.path])
            node = nodes.get(fact.ref, tree.root) if fact else tree.root
            value = _as_wanted(asked[leaf.path], leaf, fact, node) if fact else NOTHING
            if isinstance(value, Nothing):
                readings[leaf.path] = None
            else:
                readings[leaf.path] = Reading(value, Cell("", node, str(value), ()))
    return readings


def _part_of(leaf: Leaf) -> str:
    """Which property of `ProductPage` is meant; "" for none."""
    meant, words = concepts(leaf.wanted.words), set(leaf.wanted.words)
    is_text = leaf.wanted.kinds[0] == "string"
    if leaf.wanted.aspect != "text" or words & _FORMER:
        return ""
    if is_text and words in ({"currency"}, {"price", "currency"}):
        return "currency"
    if is_text and (words & _CODE_WORDS or words in ({"product", "id"}, {"product", "code"})):
        return "code"
    if is_text and (meant == {"title"} or words in ({"name"}, {"product", "name"})):
        return "name"
    if "price" in words and len(words) <= 2:
        return "price"
    return "stock" if "availability" in meant and len(words) <= 2 else ""


def _as_wanted(part: str, leaf: Leaf, found: ProductFact, node: Node) -> JSON | Nothing:
    """What was found in the type, the choices and the pattern of the schema."""
    wanted = leaf.wanted
    match part:
        case "price" if wanted.is_number:
            whole = found.amount.is_integer()
            return int(found.amount) if whole else NOTHING if wanted.kinds[0] == "integer" else found.amount
        case "price" if currency_code(found.text) is None:
            return NOTHING
        case "stock" if wanted.kinds[0] == "boolean":
            return found.there
        case "stock" if wanted.enum is not None:
            said = "in stock" if found.there else "out of stock"
            return coerce(wanted, Cell("", node, said, ()), Custom())
        case "currency" | "stock" | "price":
            return coerce(wanted, Cell("", node, found.text, ()), Custom())
    return found.text

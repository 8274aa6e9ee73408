// What a page shows as text, in the order in which it is rendered.

import {attribute, renderedChildren} from '../dom/dom.js';
import {fieldValue, isField} from '../dom/states.js';
import {sized} from '../layout/visible.js';

const GENERATED = /"((?:[^"\\]|\\.)*)"|open-quote|close-quote|counters?\(/g;
/** Elements whose text is told with what they hold. */
const HOLDERS = new Set(['select', 'textarea', 'script', 'style', 'template', 'head']);

/**
 * What shows as text, in the order in which it is rendered: text nodes, generated text, what fields hold.
 * Each with its `text`, `element`, and the `boxes` of a part of it, which is told by its place in the text;
 * `elsewhere`: the place of it cannot be told. `numbers`: whether a value is one, which counters may show.
 */
export function itemsShown(found, numbers) {
  const items = [];
  const counts = {found: counterStyleWith(found), numbers};
  const waiting = [document.documentElement];
  while (waiting.length) {
    const node = waiting.pop();
    if (typeof node === 'function') node();
    else if (node?.nodeType === Node.ELEMENT_NODE) enter(node, items, waiting, found, counts);
    else if (node?.nodeType === Node.TEXT_NODE || node?.nodeType === Node.CDATA_SECTION_NODE)
      items.push(itemOfNode(node));
  }
  return items.filter(Boolean);
}

function enter(element, items, waiting, found, counts) {
  const style = getComputedStyle(element);
  if (style.display === 'none' && element.localName !== 'svg') return; // what is in a drawing may be used elsewhere
  if (counts.numbers)
    counts.found ||= [style.counterReset, style.counterSet, style.counterIncrement].some(found);
  if (style.display === 'list-item') items.push(itemOfMarker(element, style, found, counts));
  const before = itemOfGenerated(element, '::before', counts);
  if (before) items.push(before);
  waiting.push(() => items.push(itemOfGenerated(element, '::after', counts)));
  if (isField(element) && element.localName !== 'output')
    items.push(itemOfAll(element, fieldValue(element, '') ?? ''));
  if (HOLDERS.has(element.localName)) return;
  const children = renderedChildren(element);
  for (let nth = children.length - 1; nth >= 0; nth--) waiting.push(children[nth]);
}

function itemOfNode(node) {
  const element = node.parentElement ?? node.parentNode?.host ?? null;
  if (!node.data || (element && !isReadable(element))) return null;
  return {text: node.data, element, node, boxes: (from, to) => rangeBoxes(node, from, to)};
}

/** Whether the text of an element can be seen: what is between its letters and cannot be seen parts them for nobody. */
function isReadable(element) {
  const style = getComputedStyle(element);
  return parseFloat(style.fontSize) >= 2 && style.visibility === 'visible' && style.display !== 'none';
}

function itemOfAll(element, text) {
  return {text, element, boxes: () => boxesOf(element)};
}

function itemOfMarker(element, style, found, counts) {
  const marker = getComputedStyle(element, '::marker');
  const made =
    marker.content === 'normal' ? (/^"(.*)"$/.exec(style.listStyleType)?.[1] ?? '') : generated(marker);
  const numbered = found(attribute(element, 'value')) || found(element.parentElement?.getAttribute('start'));
  return {text: made, element, always: numbered || counts.found, boxes: () => [lineOf(element)]};
}

/** What stands before or after the content of an element; null: nothing. */
function itemOfGenerated(element, pseudo, counts) {
  const style = getComputedStyle(element, pseudo);
  if (style.content === 'none' || style.content === 'normal') return null;
  const moved =
    style.position !== 'static' ||
    [style.transform, style.translate, style.rotate, style.scale].some((one) => one !== 'none') ||
    [style.marginTop, style.marginBottom].some((one) => one.startsWith('-'));
  return {
    text: generated(style),
    element,
    always: counts.found && style.content.includes('counter'),
    elsewhere: moved,
    boxes: () => [lineOf(element)],
  };
}

function generated(style) {
  const quotes = [...style.quotes.matchAll(GENERATED)].map((one) => one[1] ?? '');
  let text = '';
  for (const [whole, said] of style.content.matchAll(GENERATED))
    if (whole === 'open-quote') text += quotes[0] ?? '';
    else if (whole === 'close-quote') text += quotes[1] ?? '';
    else text += (said ?? '').replace(/\\(.)/g, '$1');
  return text;
}

/** Whether a style sheet of the page makes list markers of it; those of another origin are not told. */
function counterStyleWith(found) {
  for (const sheet of document.styleSheets) {
    try {
      for (const rule of sheet.cssRules)
        if (rule instanceof CSSCounterStyleRule && found(rule.cssText.replace(/"\s*"/g, ''))) return true;
    } catch {
      // of another origin
    }
  }
  return false;
}

/** The whole line of an element: what stands before it may stick out of it. */
function lineOf(element) {
  const {top, height} = element.getBoundingClientRect();
  const line = 2 * (parseFloat(getComputedStyle(element).fontSize) || 0);
  return [0, top, innerWidth, Math.max(height, line, element.scrollHeight)];
}

function rangeBoxes(node, from, to) {
  const range = document.createRange();
  range.setStart(node, from);
  range.setEnd(node, to);
  return sized(range.getClientRects()).map(edgesOf);
}

export function boxesOf(element) {
  return sized(element.getClientRects()).map(edgesOf);
}

export function edgesOf(rect) {
  return [rect.left, rect.top, rect.width, rect.height];
}

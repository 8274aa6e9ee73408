// What can be seen: boxes, clipping, and what lies over what.

import {elementAt, holds, renderedChildren} from '../dom/dom.js';

export function rounded(value) {
  return Math.round(value * 100) / 100;
}

/** A label stands for its checkbox, and the other way round. */
export function standsFor(hit, element) {
  if (holds(element, hit)) return true;
  const label = hit.closest?.('label');
  if (label && label.control === element) return true;
  return Boolean(element.localName === 'label' && element.control && hit === element.control);
}

/** Points of a rectangle worth trying, the middle first, as far as they are in the viewport. */
export function pointsOf(rect, fine) {
  const left = Math.max(rect.left, 0),
    right = Math.min(rect.right, innerWidth);
  const top = Math.max(rect.top, 0),
    bottom = Math.min(rect.bottom, innerHeight);
  if (right <= left || bottom <= top) return [];
  const shares = fine ? [0.5, 0.15, 0.85, 0.3, 0.7, 0.05, 0.95] : [0.5];
  const points = [];
  for (const v of shares)
    for (const h of shares) points.push([left + (right - left) * h, top + (bottom - top) * v]);
  return points;
}

/** A point of the element that a click would reach: {x, y}, or {by: element that is in the way}. */
export function visiblePoint(element, fine = true) {
  let by = null;
  for (const rect of rectsOf(element)) {
    for (const [x, y] of pointsOf(rect, fine)) {
      const hit = elementAt(x, y);
      if (hit && standsFor(hit, element)) return {x, y};
      by = by || hit;
    }
  }
  return {by};
}

/** The element's boxes, widest first; what has none of its own has those of what is in it. */
export function rectsOf(element) {
  const rects = element.localName === 'area' ? areaRects(element) : sized(element.getClientRects());
  if (!rects.length && element.children) {
    for (const child of renderedChildren(element)) {
      if (child.nodeType === Node.ELEMENT_NODE) rects.push(...rectsOf(child));
      else if (child.nodeType === Node.TEXT_NODE && /\S/.test(child.data)) rects.push(...textRects(child));
    }
  }
  return rects.sort((a, b) => b.width * b.height - a.width * a.height).slice(0, 8);
}

export function sized(rects) {
  return [...rects].filter((rect) => rect.width > 0 && rect.height > 0);
}

const RAISED = new Set(['sup', 'sub']);

/** Whether a text is painted right behind the one before it, on the same line, so that a word goes on in it. */
export function isPaintedOn(before, node) {
  if (!before || RAISED.has(before.parentElement?.localName) || RAISED.has(node.parentElement?.localName))
    return false;
  const one = textRects(before).at(-1),
    other = textRects(node)[0];
  const gap = one && other ? Math.min(Math.abs(other.left - one.right), Math.abs(one.left - other.right)) : 2;
  if (gap > 1) return false;
  const lowest = Math.min(one.bottom, other.bottom),
    height = Math.min(one.height, other.height);
  if (lowest - Math.max(one.top, other.top) < height / 2) return false;
  return Math.abs(one.bottom - other.bottom) < height / 4 || before.data.trim().length === 1;
}

function textRects(node) {
  const range = document.createRange();
  range.selectNodeContents(node);
  return sized(range.getClientRects());
}

/** The areas with an address of a picture that has a map. */
export function areasOf(image) {
  const name = image.useMap.slice(1);
  const map = [...image.getRootNode().querySelectorAll('map')].find(
    (each) => each.name === name || each.id === name,
  );
  return map ? [...map.querySelectorAll('area[href]')] : [];
}

function areaRects(area) {
  return imagesOf(area).map((image) => areaRect(area, image.getBoundingClientRect()));
}

/** The pictures that an area is a part of. */
export function imagesOf(area) {
  const map = area.closest('map');
  if (!map) return [];
  const images = [...map.getRootNode().querySelectorAll('img[usemap]')];
  return images.filter((image) => [map.name, map.id].includes(image.useMap.slice(1)));
}

/** The box around an area, on a picture that lies at `rect`. */
export function areaRect(area, rect) {
  const numbers = area.coords
    .split(/[\s,;]+/)
    .map(Number)
    .filter(Number.isFinite);
  const [x, y, radius] = numbers;
  if (area.shape === 'default' || numbers.length < 3) return rect;
  if (area.shape === 'circle')
    return new DOMRect(rect.left + x - radius, rect.top + y - radius, 2 * radius, 2 * radius);
  const across = numbers.filter((_, at) => at % 2 === 0),
    down = numbers.filter((_, at) => at % 2 === 1);
  const left = Math.min(...across),
    top = Math.min(...down);
  return new DOMRect(rect.left + left, rect.top + top, Math.max(...across) - left, Math.max(...down) - top);
}

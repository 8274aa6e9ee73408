// Where what an element shows is painted a second time: shadows, reflections, filters, parts of drawings.

import {renderedParent} from '../dom/dom.js';

/** Parts of a drawing that are painted elsewhere, as often as they are used. */
const USED_ELSEWHERE = 'defs, symbol, pattern, mask, clipPath, marker';
const MOVING_FILTERS = 'feOffset, feImage, feTile, feDisplacementMap';
const LENGTH = /-?[\d.]+px/g;

/** Whether an element is a part of a drawing that shows where it is used, and not where it stands. */
export function isDisplaced(element) {
  return Boolean(element.closest(USED_ELSEWHERE));
}

/** All the boxes in which an element is painted that has these, with its shadows and reflections; null where nobody can
    tell. */
export function withShadows(element, placed) {
  const own = getComputedStyle(element).textShadow;
  let boxes = own === 'none' ? placed : [...placed, ...shadowsOf(placed, own)];
  for (let one = element; one?.nodeType === Node.ELEMENT_NODE; one = renderedParent(one)) {
    const {filter, webkitBoxReflect} = getComputedStyle(one);
    if (filter.includes('url(') && mayMove(filter)) return null;
    for (const [shadow] of filter.matchAll(/drop-shadow\([^)]*\)[^)]*\)/g))
      boxes = [...boxes, ...shadowsOf(boxes, shadow)];
    if (webkitBoxReflect && webkitBoxReflect !== 'none')
      boxes = [
        ...boxes,
        ...boxes.map((box) => reflected(box, one.getBoundingClientRect(), webkitBoxReflect)),
      ];
  }
  return boxes;
}

/** Boxes where they are for each shadow, which is told by its offsets and its blur. */
function shadowsOf(boxes, shadows) {
  const lengths = (shadows.match(LENGTH) ?? []).map(parseFloat);
  const moved = [];
  for (let at = 0; at < lengths.length; at += 3) {
    const [dx, dy = 0, blur = 0] = lengths.slice(at, at + 3);
    const spread = 2 * blur;
    for (const [x, y, width, height] of boxes)
      moved.push([x + dx - spread, y + dy - spread, width + 2 * spread, height + 2 * spread]);
  }
  return moved;
}

/** A box on the other side of an element's edge. */
function reflected([x, y, width, height], {left, top, right, bottom}, told) {
  const away = parseFloat(told.match(LENGTH)?.[0] ?? '0');
  if (told.startsWith('below')) return [x, 2 * bottom + away - y - height, width, height];
  if (told.startsWith('above')) return [x, 2 * top - away - y - height, width, height];
  if (told.startsWith('left')) return [2 * left - away - x - width, y, width, height];
  return [2 * right + away - x - width, y, width, height];
}

function mayMove(filter) {
  return [...filter.matchAll(/url\("?#([^")]+)"?\)/g)].every(([, id]) => {
    const told = document.getElementById(id);
    return !told || told.querySelector(MOVING_FILTERS) !== null;
  });
}

// How an element looks, for those that see no pixels.

import {SHAPES} from '../dom/roles.js';

const paint = new Map();

/** `rgb(1, 2, 3)` as `#010203`; "" where it is transparent or no plain colour. */
function hex(color) {
  let known = paint.get(color);
  if (known === undefined) {
    const parts = /^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/.exec(color);
    known =
      !parts || parts[4] === '0'
        ? ''
        : `#${parts
            .slice(1, 4)
            .map((part) => Math.round(Number(part)).toString(16).padStart(2, '0'))
            .join('')}`;
    paint.set(color, known);
  }
  return known;
}

export function appearanceOf(element, style) {
  const shape = element.ownerSVGElement && SHAPES.has(element.localName) && element.localName !== 'text';
  return {
    color: hex(shape ? style.stroke : style.color),
    background: hex(shape || element.ownerSVGElement ? style.fill : style.backgroundColor),
    font_px: parseFloat(style.fontSize) || 0,
    bold: Number(style.fontWeight) >= 600,
    italic: style.fontStyle === 'italic' || style.fontStyle.startsWith('oblique'),
    underlined: style.textDecorationLine.includes('underline'),
    cursor: style.cursor,
    struck: style.textDecorationLine.includes('line-through'),
  };
}

const WHOLE_PAGE = 0.8;

/** Whether an element shows something of its own: a background, a picture, a border; or is empty and named. */
export function isPainted(element, rect, style) {
  if (rect.width < 3 || rect.height < 3 || element.ownerSVGElement) return false;
  if (rect.width * rect.height > WHOLE_PAGE * innerWidth * innerHeight) return false;
  if (hex(style.backgroundColor) || style.backgroundImage !== 'none') return true;
  if (style.borderTopStyle !== 'none' && parseFloat(style.borderTopWidth) > 0) return true;
  return !element.firstChild && element.hasAttribute('class');
}

/** The colours behind all else, from the back: of the document, and of what fills the window; "" where none has any. */
export function ground() {
  const filling = document.elementsFromPoint(innerWidth / 2, innerHeight / 2).filter((element) => {
    const {width, height} = element.getBoundingClientRect();
    return width * height > WHOLE_PAGE * innerWidth * innerHeight;
  });
  const behind = new Set([document.documentElement, document.body, ...filling.reverse()]);
  return [...behind]
    .map((element) => element && hex(getComputedStyle(element).backgroundColor))
    .filter(Boolean)
    .join(' ');
}

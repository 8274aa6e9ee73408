// What the author of a page calls an element: the words of its id, its classes and the like.

import {cut} from './dom.js';

export const MAX_HINTS = 12;

export function hintsOf(element) {
  const found = new Set();
  for (const name of ['id', 'class', 'name', 'data-testid', 'data-test', 'data-icon']) {
    const given = element.getAttribute(name);
    if (given) for (const word of wordsOf(given)) found.add(word);
  }
  return [...found].slice(0, MAX_HINTS);
}

export function wordsOf(given) {
  return cut(given, 200)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 1 || /\d/.test(word));
}

// Parts of a long page that will not be shown: counted, and their text read, without a look at each of their elements.

import {elementAt, fold, renderedParent} from '../dom/dom.js';
import {SKIPPED} from '../dom/tags.js';

const OWN_TEXT_TAGS = ['select', 'textarea', 'canvas', 'video', 'audio', 'object', 'embed', 'svg', 'details'];
const _OWN_TEXT = [...OWN_TEXT_TAGS, '[role=listbox]'].join(', ');
const ALWAYS_SEEN = ['iframe', 'frame', 'object', 'embed', 'slot'];
const SPOTS = [0.02, 0.34, 0.66, 0.98];

/** What is looked at wherever it lies, and what holds it: frames, slots, shadow roots, the focus, and what lies at some
    spots of the viewport, which may have left its place in the document. */
export function nearby(capture) {
  const near = new Set();
  const add = (element) => {
    for (let up = element; up && !near.has(up); up = renderedParent(up)) near.add(up);
  };
  for (const root of capture.roots()) {
    if (root.host) add(root.host);
    for (const element of withTags(root, ALWAYS_SEEN)) add(element);
  }
  for (const v of SPOTS) for (const h of SPOTS) add(elementAt(innerWidth * h, innerHeight * v));
  add(capture.active);
  return near;
}

/** The elements of a document or shadow root that have one of some tags; a selector would take a look at each element. */
function* withTags(root, tags) {
  if (root === document) for (const tag of tags) yield* document.getElementsByTagName(tag);
  else yield* root.querySelectorAll(tags.join(', '));
}

/** What has text that is not to be read, or is to be read in another way, and what holds such. */
export function worded(capture) {
  const found = new Set();
  for (const root of capture.roots()) {
    for (const element of [...withTags(root, OWN_TEXT_TAGS), ...root.querySelectorAll('[role=listbox]')]) {
      for (let up = element; up && !found.has(up); up = up.parentElement) found.add(up);
    }
  }
  return found;
}

/** The lines of text that an element shows; a part that has text of another kind is read around it. */
export function skimmedLines(element, style, special, lines) {
  if (style.display === 'none' || style.opacity === '0') return;
  if (!special.has(element)) {
    for (const line of (element.innerText || '').split('\n')) lines.push(fold(line));
    return;
  }
  if (
    element.matches('select, textarea, canvas, video, audio, object, embed') ||
    (element.localName === 'details' && !element.open)
  )
    return;
  for (const child of element.childNodes) {
    if (child.nodeType === Node.ELEMENT_NODE) {
      if (!SKIPPED.has(child.localName)) skimmedLines(child, getComputedStyle(child), special, lines);
    } else if (child.nodeType === Node.TEXT_NODE && fold(child.data) && style.visibility === 'visible')
      lines.push(fold(child.data));
  }
}

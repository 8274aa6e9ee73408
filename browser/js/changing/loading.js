// What says that more is on its way, and whether a page shows anything else yet.

import {attribute, bodyOf, fold} from '../dom/dom.js';
import {wordsOf} from '../dom/hints.js';
import {everyRoot} from '../dom/listeners.js';

/** A text that says so. */
export const SAYS_WAIT =
  /^(loading|please wait|lädt|wird geladen|chargement|cargando|caricamento|загрузка)(?!\p{L}).{0,20}$/iu;
/** Words in ids and classes of what is drawn meanwhile. */
export const WAITING_NAMES = new Set(['spinner', 'loading', 'loader', 'skeleton', 'progress', 'placeholder']);

const SHOWN =
  'a[href], button, input:not([type=hidden]), select, textarea, iframe, frame, object, embed, video, canvas, img, svg, ' +
  '[role=button], [role=link], [role=textbox], [contenteditable], [tabindex], [onclick]';
const PLACE = ':not(script, style, link, meta, noscript, template, title)';
const PICTURES = new Set(['canvas', 'img', 'svg']);
const LEAST_PICTURE_PX = 100;
const LONGEST_SAYING = 60;

let shown = false;

/** Whether more of the document is on its way: it is not parsed to its end, or the scripts put off until then have not run. */
export function isLoading() {
  if (document.readyState !== 'interactive') return document.readyState === 'loading';
  const [navigation] = performance.getEntriesByType('navigation');
  return navigation?.domContentLoadedEventStart === 0;
}

/** Whether a page that has scripts shows nothing that can be read or used, but that it is loading. A page is as it is
    once more than `most` ms have gone by since the server began to answer. */
export function isBlank(most) {
  const [navigation] = performance.getEntriesByType('navigation');
  if (shown || performance.now() - (navigation?.responseStart ?? 0) > most) return false;
  shown = isOtherwise() || hasContent();
  return !shown;
}

/** Whether the document shows something that can be read or used, but that it is loading. */
export function hasContent() {
  return everyRoot().some(showsSomething);
}

/** What is no page that builds itself: a frame, another kind of document, one without scripts, and one that is complete
    and has no element to draw into, such as a page of a script alone. */
function isOtherwise() {
  const body = bodyOf(document);
  return (
    window !== top ||
    document.contentType !== 'text/html' ||
    body?.localName === 'frameset' ||
    !document.scripts.length ||
    (document.readyState === 'complete' && !body?.querySelector(PLACE))
  );
}

function showsSomething(root) {
  const words = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  let said = '';
  while (words.nextNode() && said.length <= LONGEST_SAYING) {
    const {data, parentElement} = words.currentNode;
    if (/\S/.test(data) && (!parentElement || isSeen(parentElement))) said = fold(`${said} ${data}`);
  }
  if (said && !SAYS_WAIT.test(said)) return true;
  return [...root.querySelectorAll(SHOWN)].some(isContent);
}

const isSeen = (element) => element.checkVisibility({visibilityProperty: true, opacityProperty: true});

/** How a page hides all of itself, as some do until their scripts have run: `opacity`, `visibility`, or '' for not at all. */
export function veilOf(body) {
  const {opacity, visibility} = getComputedStyle(body);
  if (opacity === '0') return 'opacity';
  return visibility === 'hidden' && !hasContent() ? 'visibility' : '';
}

function isContent(element) {
  const {width, height} = element.getBoundingClientRect();
  if (!width || !height || !isSeen(element) || isSignOfWaiting(element)) return false;
  return !PICTURES.has(element.localName) || Math.min(width, height) >= LEAST_PICTURE_PX;
}

/** Whether it is drawn while something is on its way, by its role or its author's names. */
function isSignOfWaiting(element) {
  for (let node = element, up = 0; node && up < 4; node = node.parentElement, up++) {
    if (attribute(node, 'role') === 'progressbar' || attribute(node, 'aria-busy') === 'true') return true;
    const names = wordsOf(`${attribute(node, 'id')} ${attribute(node, 'class')}`);
    if (names.some((name) => WAITING_NAMES.has(name))) return true;
  }
  return false;
}

// What no script sees, told from outside: closed shadow roots, and which elements listen for clicks.

import {closedRoots, noteAnyClosed, shadowOf} from './dom.js';

export let listening = new WeakSet();

/** All elements of the document and its shadow roots: first the document's, then those of each root as it was met. */
export function everyElement(shadow = shadowOf) {
  const roots = [document];
  const all = [];
  for (let at = 0; at < roots.length; at++) {
    for (const element of roots[at].querySelectorAll('*')) {
      const root = shadow(element);
      if (root) roots.push(root);
      all.push(element);
    }
  }
  return all;
}

/** The document and the shadow roots in it, as they are met. */
export function everyRoot() {
  const roots = [document];
  for (let at = 0; at < roots.length; at++) {
    const all = roots[at].querySelectorAll('*');
    for (let i = 0; i < all.length; i++) {
      const root = shadowOf(all[i]);
      if (root) roots.push(root);
    }
  }
  return roots;
}

/** How many elements there are outside shadow roots: known at once, whatever the page's size. */
export function plainCount() {
  return document.getElementsByTagName('*').length;
}

/** How many elements there are, and whether some are in shadow roots; `marks`: with the texts that have a `<` in them,
    which a search for that sign finds too. */
export function census(marks) {
  const roots = everyRoot();
  let count = 0;
  for (const root of roots) count += root.querySelectorAll('*').length + (marks ? marksIn(root) : 0);
  return {count, rooted: roots.length > 1};
}

function marksIn(root) {
  const walker = document.createTreeWalker(
    root,
    NodeFilter.SHOW_TEXT | NodeFilter.SHOW_COMMENT | NodeFilter.SHOW_CDATA_SECTION,
  );
  let count = 0;
  while (walker.nextNode()) if (walker.currentNode.data.includes('<')) count++;
  return count;
}

const MAY_HOST =
  'article, aside, blockquote, body, div, footer, h1, h2, h3, h4, h5, h6, header, main, nav, p, section, span';
const MAX_HOSTS = 150;

/** Elements that may have a closed root: custom ones, and what takes space though nothing is in it. */
export function likelyHosts() {
  const hosts = [];
  for (const element of everyElement()) {
    if (shadowOf(element)) continue;
    if (element.localName.includes('-')) hosts.push(element);
    else if (
      !element.firstElementChild &&
      element.matches(MAY_HOST) &&
      !/\S/.test(element.textContent) &&
      element.offsetHeight
    )
      hosts.push(element);
    if (hosts.length >= MAX_HOSTS) break;
  }
  return hosts;
}

/** Takes closed roots. */
export function noteClosed(roots) {
  for (const root of roots) if (root.ownerDocument === document) closedRoots.set(root.host, root);
  noteAnyClosed();
}

/** Takes what listens, all of it. */
export function noteListening(nodes) {
  listening = new WeakSet(nodes);
}

/** Takes more of what listens. */
export function noteListeningToo(nodes) {
  for (const node of nodes) listening.add(node);
}

/** Takes what listens by its place, unless the document has changed since, which the count shows. */
export function noteListeners(count, places) {
  const all = everyElement((element) => element.shadowRoot);
  if (all.length !== count) return false;
  listening = new WeakSet(places.map((place) => all[place]));
  return true;
}

/** A listener on something that holds much of the page is there for what is inside. */
export function listens(element) {
  if (!listening.has(element) || element === document.body || element === document.documentElement)
    return false;
  return element.parentElement !== document.body || element.querySelectorAll(OBVIOUS).length < 2;
}

const OBVIOUS = 'a[href], button, input, select, textarea, [role=button], [role=link], [tabindex]';

// What a page draws anew: a node that takes the place of another one keeps its number, and is no news.
//
// Many pages write a whole part of themselves again where little of it changes. What was taken out is compared with
// what was put in its place: nodes that say the same in the same place, or are the only ones of their kind there and
// begin with the same words or hold the same things, are taken for the same ones. Nothing is, where two could be meant.

import {attribute, fold} from '../dom/dom.js';
import {handOn, nodeOf} from '../dom/refs.js';

const redrawn = {
  removed: new Map(),
  held: 0,
  added: new WeakSet(),
  holders: new WeakSet(),
  kept: new WeakSet(),
  fresh: new Set(),
  gone: new Map(),
  shifted: new Set(),
};
const MOST_HELD = 5000;
const MOST_PAIRED = 20000;
const HOLDING = new Set(['main', 'nav', 'header', 'footer', 'aside', 'table', 'thead', 'tbody', 'ul', 'ol']);
const USED = 'a, button, input, select, textarea, summary, [tabindex], [onclick], [role]';
const LONGEST_TITLE = 80;
let paired = 0;

/** Takes down what was taken out of the page, and what was put in. */
export function noteReplaced({target, addedNodes, removedNodes}) {
  for (const node of removedNodes) {
    if (redrawn.added.has(node) || redrawn.held >= MOST_HELD) continue; // nobody has seen it
    redrawn.held++;
    redrawn.holders.add(target);
    const gone = redrawn.removed.get(target);
    if (gone) gone.push(node);
    else redrawn.removed.set(target, [node]);
  }
  for (const node of addedNodes) redrawn.added.add(node);
}

/** Hands the numbers of what was taken out on to what has taken its place since this was last asked. */
export function carryOver() {
  const {removed, added} = redrawn;
  redrawn.added = new WeakSet();
  if (!removed.size) return;
  redrawn.removed = new Map();
  redrawn.held = paired = 0;
  for (const [holder, nodes] of removed) {
    const gone = nodes.filter((node) => says(node) && !node.isConnected);
    for (const node of nodes) if (says(node) && node.isConnected) redrawn.gone.set(node, holder);
    const here = holder.isConnected ? [...holder.childNodes] : [];
    pair(
      gone,
      here.filter((node) => says(node) && added.has(node)),
      holder,
    );
  }
}

/** The node with this number, or the element that it is in, if it is in the document. */
export function elementOf(number) {
  let node = nodeOf(number);
  if (!node) {
    carryOver();
    node = nodeOf(number);
  }
  return node && node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
}

/** Whether a node has taken the place of another one. */
export const isKept = (node) => redrawn.kept.has(node);

/** Forgets what was different up to now. */
export function forgetReplaced() {
  carryOver();
  redrawn.kept = new WeakSet();
  redrawn.holders = new WeakSet();
  redrawn.fresh.clear();
  redrawn.gone.clear();
  redrawn.shifted.clear();
}

/** Of what was touched what is different, since that was last forgotten, what is gone with the place it was in, and what
    has changed places. */
export function differing(touched) {
  carryOver();
  const nodes = new Set([...touched].filter((node) => !redrawn.kept.has(node) && !redrawn.holders.has(node)));
  for (const node of redrawn.fresh) nodes.add(node);
  return {nodes: [...nodes], gone: [...redrawn.gone], shifted: [...redrawn.shifted]};
}

function says(node) {
  return node.nodeType === Node.TEXT_NODE ? node.data.trim() !== '' : node.nodeType === Node.ELEMENT_NODE;
}

const children = (node) => [...node.childNodes].filter(says);

function pair(before, after, holder) {
  const [old, now] = withoutEquals(before, after);
  paired += now.length;
  if (paired <= MOST_PAIRED) pairOthers(old, now, holder);
  else for (const node of now) redrawn.fresh.add(node);
}

/** What is left of two rows of siblings without those that stand where they stood and are as they were. */
function withoutEquals(old, now) {
  if (old.length !== now.length) return [old, now];
  const differ = old.map((node, at) => !isEqual(node, now[at]));
  for (const [at, node] of old.entries()) if (!differ[at]) keepAll(node, now[at]);
  const isLeft = (_, at) => differ[at];
  return [old.filter(isLeft), now.filter(isLeft)];
}

/** Whether two nodes are the same in all; controls and what says nothing may be those of others. */
function isEqual(before, after) {
  if (before.nodeType !== Node.ELEMENT_NODE || !before.isEqualNode(after) || before.matches(USED))
    return false;
  return before.textContent.trim() !== '';
}

/** Hands on the numbers of a node and of all that is in it, to one that is equal to it. */
function keepAll(before, after) {
  redrawn.kept.add(after);
  const [from, to] = [before, after].map((node) => document.createTreeWalker(node, NodeFilter.SHOW_ALL));
  do handOn(from.currentNode, to.currentNode);
  while (from.nextNode() && to.nextNode());
}

function pairOthers(old, now, holder) {
  const found = new Map();
  const [before, after] = [new Set(old), new Set(now)];
  for (const signs of [saying, titled, reading, sorts]) {
    const [left, there] = [[...before], [...after]];
    for (const [one, other] of alike(left, there, signs(left), signs(there), signs === saying)) {
      if (signs === sorts && !holdTheSame(one, other)) continue;
      if (signs !== saying && !standAlike(one, old, other, now, found)) continue;
      found.set(one, other);
      before.delete(one);
      after.delete(other);
    }
  }
  for (const node of outOfOrder(old, now, found)) redrawn.shifted.add(node);
  for (const [one, other] of found) keep(one, other);
  for (const node of after) redrawn.fresh.add(node);
  for (const node of before) redrawn.gone.set(node, holder);
}

/** Of nodes that are the same those that have changed places: the one without which all others stand as they stood. */
function outOfOrder(old, now, found) {
  const here = old.filter((node) => found.has(node)).map((node) => found.get(node));
  const order = new Map(now.map((node, at) => [node, at]));
  const places = here.map((node) => order.get(node));
  const isRising = (some) => some.every((place, at) => !at || place > some[at - 1]);
  const at = places.findIndex((place, one) => one > 0 && place < places[one - 1]);
  if (at < 0) return [];
  const alone = [at, at - 1].find((one) => isRising(places.filter((_, other) => other !== one)));
  return (alone === undefined ? [at - 1, at] : [alone]).map((one) => here[one]);
}

function keep(before, after) {
  redrawn.kept.add(after);
  handOn(before, after);
  if (before.nodeType === Node.TEXT_NODE) {
    if (fold(before.data) !== fold(after.data)) redrawn.fresh.add(after);
    return;
  }
  if (after.textContent.length <= LONGEST_TITLE && stateSigns(before) !== stateSigns(after))
    redrawn.fresh.add(after);
  pair(children(before), children(after), after);
}

/** What tells its state: a small thing that has another class or ARIA state now has changed. */
function stateSigns(element) {
  return [...element.attributes]
    .filter(
      ({name}) => name === 'class' || name.startsWith('aria-') || name === 'disabled' || name === 'checked',
    )
    .map(({name, value}) => `${name}=${value}`)
    .join('\n');
}

/** The pairs of those whose sign is on both sides: once, or `often` where both sides have as many of everything. */
function* alike(old, now, ofOld, ofNow, often) {
  const [before, after] = [groups(old, ofOld), groups(now, ofNow)];
  for (const [sign, some] of before) {
    const others = after.get(sign) || [];
    const equal =
      some.length === others.length && (some.length === 1 || (often && old.length === now.length));
    if (sign && equal) for (const [at, node] of some.entries()) yield [node, others[at]];
  }
}

function groups(nodes, signs) {
  const found = new Map();
  for (const [at, node] of nodes.entries())
    if (found.has(signs[at])) found.get(signs[at]).push(node);
    else found.set(signs[at], [node]);
  return found;
}

/** What each of some siblings is and says; of those that are equal also what stands before and behind each. */
function saying(nodes) {
  const signs = nodes.map(identityOf);
  const times = new Map();
  for (const sign of signs) times.set(sign, (times.get(sign) || 0) + 1);
  return signs.map((sign, at) =>
    times.get(sign) > 1 ? `${signs[at - 1] ?? ''}\0${sign}\0${signs[at + 1] ?? ''}` : sign,
  );
}

const TELLING = ['id', 'type', 'name', 'href', 'aria-label', 'title', 'placeholder', 'alt'];

function identityOf(node) {
  if (node.nodeType === Node.TEXT_NODE) return `#${fold(node.data)}`;
  return `${node.localName} ${TELLING.map((name) => attribute(node, name)).join('\x01')}\n${fold(node.textContent)}`;
}

/** What each of some siblings is, and the words that it begins with. */
const titled = (nodes) =>
  nodes.map((node) => (node.nodeType === Node.TEXT_NODE ? '' : `${sortOf(node)}\n${firstWords(node)}`));

/** Whether two siblings stand at the same end of theirs, or beside the same one: of two records that begin with the same
    words, the one that comes as the other goes stands elsewhere. */
function standAlike(before, old, after, now, found) {
  const [at, place] = [old.indexOf(before), now.indexOf(after)];
  return [-1, 1].some((step) => {
    const [beside, there] = [old[at + step], now[place + step]];
    return beside ? found.get(beside) === there : !there;
  });
}

/** What each of some siblings is, where it holds a part of the page as a whole, or nothing but a text to be read. */
const reading = (nodes) =>
  nodes.map((node) => {
    if (node.nodeType === Node.TEXT_NODE) return '#';
    return HOLDING.has(node.localName) || !(node.firstElementChild || node.matches(USED)) ? sortOf(node) : '';
  });

/** What each of some siblings is: of the only ones of a kind what they hold decides. */
const sorts = (nodes) => nodes.map((node) => (node.nodeType === Node.TEXT_NODE ? '' : sortOf(node)));

/** Whether two nodes have at least half of what they hold in common; controls, of which many are alike, do not count. */
function holdTheSame(before, after) {
  const [old, now] = [before, after].map((node) =>
    children(node).filter((one) => one.nodeType === Node.TEXT_NODE || !one.matches(USED)),
  );
  const isWrapped = [old, now].every((some) => some.length === 1 && some[0].nodeType === Node.ELEMENT_NODE);
  if (isWrapped) return holdTheSame(old[0], now[0]);
  const there = new Set(now.map(identityOf));
  const common = old.filter((one) => there.has(identityOf(one))).length;
  return common > 0 && 2 * common >= Math.max(old.length, now.length);
}

/** What a node is, whatever it says. */
const sortOf = (node) =>
  `${node.localName} ${['id', 'type', 'name', 'role'].map((name) => attribute(node, name)).join('\x01')}`;

function* textsIn(node) {
  const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  for (let text = texts.currentNode; text; text = texts.nextNode())
    if (text.nodeType === Node.TEXT_NODE && text.data.trim()) yield fold(text.data);
}

export const firstWords = (element) => textsIn(element).next().value ?? '';

/** All that a node says, its texts parted by blanks even where nothing is laid out. */
export const wordsIn = (node) => [...textsIn(node)].join(' ');

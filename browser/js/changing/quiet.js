// Knowing when a page has come to rest, and what changed meanwhile.

import {cut, fold} from '../dom/dom.js';
import {hasContent, isBlank} from './loading.js';
import {differing, firstWords, forgetReplaced, isKept, noteReplaced, wordsIn} from './redrawn.js';

export const quiet = {
  last: performance.now(),
  changed: performance.now(),
  calm: 0,
  leaving: 0,
  observer: null,
  watched: new WeakSet(),
  touched: new Set(),
  born: new WeakMap(),
  passed: new Set(),
  roots: 0,
  count: 0,
  prints: 0,
  news: 0,
  bursts: 2,
  beats: new WeakMap(),
};
const MAX_TOUCHED = 400;
const RESTLESS_MS = 1000;
const RESTLESS_BURSTS = 5;
const PAUSE_MS = 2500;

export function watch(root = document) {
  if (quiet.watched.has(root)) return;
  quiet.watched.add(root);
  quiet.roots++;
  if (!quiet.observer) {
    quiet.observer = new MutationObserver(noteChanges);
    addEventListener(
      'scroll',
      () => {
        quiet.last = performance.now();
      },
      {capture: true, passive: true},
    );
    addEventListener('beforeprint', () => {
      quiet.prints++;
    });
    if (globalThis.navigation) navigation.addEventListener('navigate', noteLeaving);
  }
  quiet.observer.observe(root, {subtree: true, childList: true, attributes: true, characterData: true});
}

function noteChanges(changes) {
  const now = performance.now();
  quiet.count += changes.length;
  if (isNews(changes, now)) {
    if (now - quiet.last > 5 || !quiet.bursts) quiet.bursts++;
    quiet.last = quiet.changed = now;
    quiet.news++;
  }
  for (const change of changes) {
    if (change.type === 'childList') {
      notePassing(change, now);
      noteReplaced(change);
    }
    if (quiet.touched.size > MAX_TOUCHED) continue;
    if (change.type === 'childList') for (const node of change.addedNodes) quiet.touched.add(node);
    else quiet.touched.add(change.target);
    if (change.type === 'childList' && !change.addedNodes.length) quiet.touched.add(change.target);
  }
}

const READABLE_MS = 400;
const MAX_PASSED = 4;
const LONGEST_PASSED = 300;
const ANNOUNCING =
  '[role=alert], [role=status], [role=log], [aria-live=polite], [aria-live=assertive], output';

/** Takes down what the page announces and takes away again before anybody has looked at it. */
function notePassing({addedNodes, removedNodes, target}, now) {
  for (const node of addedNodes) quiet.born.set(node, now);
  for (const node of removedNodes) {
    const stood = now - (quiet.born.get(node) ?? now);
    if (stood < READABLE_MS || node.isConnected || quiet.passed.size >= MAX_PASSED) continue;
    const said = fold(node.textContent);
    if (said && said.length <= LONGEST_PASSED && isAnnounced(node, target)) quiet.passed.add(said);
  }
}

function isAnnounced(node, holder) {
  if (node.matches?.(ANNOUNCING) || node.querySelector?.(ANNOUNCING)) return true;
  for (let around = holder; around instanceof Element; around = around.parentElement)
    if (around.matches(ANNOUNCING) || getComputedStyle(around).position === 'fixed') return true;
  return false;
}

/** What was announced and taken away again since the page was last looked at. */
export function passed() {
  const said = [...quiet.passed];
  quiet.passed.clear();
  quiet.born = new WeakMap();
  return said;
}

/** Whether something changed that does not change all the time, as clocks, tickers and moving things do. */
function isNews(changes, now) {
  let news = false,
    before = null;
  for (const {target} of changes) {
    if (target === before) continue;
    before = target;
    const element = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement || target;
    const restless = isRestless(element, now);
    news =
      (!restless && !(element.parentElement && quiet.beats.get(element.parentElement)?.restless)) || news;
  }
  return news;
}

/** Takes down that an element changes; it is restless when it has done so again and again for some time. */
function isRestless(element, now) {
  let beat = quiet.beats.get(element);
  if (!beat || now - beat.last > PAUSE_MS) {
    beat = {first: now, last: now, bursts: 1, restless: false};
    quiet.beats.set(element, beat);
  } else if (now - beat.last > 4) {
    beat.bursts++;
    beat.last = now;
    beat.restless = beat.bursts >= RESTLESS_BURSTS && now - beat.first >= RESTLESS_MS;
  }
  return beat.restless;
}

/** A link or script is about to bring another document. */
function noteLeaving(event) {
  if (event.destination.sameDocument || event.downloadRequest !== null) return;
  quiet.leaving = performance.now();
  event.signal.addEventListener('abort', () => {
    quiet.leaving = 0;
  });
}

/** Whether an animation runs now and ends by itself, soon. */
export function willEnd(animation) {
  if (animation.playState !== 'running' || !animation.effect || !animation.effect.target) return false;
  const timing = animation.effect.getComputedTiming();
  return timing.endTime !== Infinity && timing.endTime < 5000;
}

/** Whether something that can be read or used is still on its way; ripples, bars and glows are not waited for. */
function isMoving() {
  return document.getAnimations().some((animation) => willEnd(animation) && !isDecoration(animation.effect));
}

function isDecoration(effect) {
  const {target, pseudoElement} = effect;
  if (pseudoElement) return true;
  if (!target.textContent.trim() && !target.matches(USABLE) && !target.querySelector(USABLE)) return true;
  return effect
    .getKeyframes()
    .every((frame) => Object.keys(frame).every((name) => NOT_PROPERTIES.has(name) || GLOWS.test(name)));
}
const USABLE = 'a, button, input, select, textarea, img, svg, canvas, video, iframe, [role], [tabindex]';
export const NOT_PROPERTIES = new Set(['offset', 'computedOffset', 'easing', 'composite']);
export const GLOWS =
  /^(color|background.*|boxShadow|textShadow|outline.*|border.*(Color|Radius)|textDecoration.*|fill|stroke|filter|backdropFilter|caretColor)$/;

/** Whether the document may run no scripts, as one that is sandboxed: no timer goes off there and no frame is told
    of, ours neither. What is asked for by `nextFrame` and `pause` comes at once then. (Parsing a noscript would tell it
    too, but documents with Trusted Types refuse that.) */
export const scriptless = matchMedia('(scripting: none)').matches;

/** So many milliseconds. */
export function pause(ms) {
  return scriptless ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
}

/** The next frame; tabs that are not painted have none, and get a moment instead. */
export function nextFrame() {
  if (scriptless) return Promise.resolve();
  return new Promise((resolve) => {
    const late = setTimeout(resolve, 50);
    requestAnimationFrame(() => {
      clearTimeout(late);
      setTimeout(resolve, 0);
    });
  });
}

/** Comes back when nothing new has happened for two frames (for `calm` ms where one thing led to another), or after
    `ceiling` ms: what the document is doing then, and whether nothing had happened since this was asked. A page that
    shows nothing yet is not quiet for `blank` ms from its answer on. `rested`: where nothing has happened since it was
    last quiet, it is quiet still. */
export async function whenQuiet(calm, ceiling, blank, rested) {
  const start = performance.now();
  let rounds = 0;
  if (isUnseenFrame() || scriptless || (rested && isStillQuiet(blank))) ceiling = 0;
  for (let now = start; now - start < ceiling; now = performance.now()) {
    const last = quiet.last;
    rounds++;
    await nextFrame();
    await nextFrame();
    if (quiet.last !== last || isMoving()) continue;
    const left = quiet.bursts > 1 ? calm - (performance.now() - last) : 0;
    if (left > 0) await pause(left);
    if (quiet.last !== last || isLeaving() || isBlank(blank)) continue;
    quiet.calm = last;
    break;
  }
  return {
    at_once: rounds <= 1 && quiet.last < start,
    ready: document.readyState,
    leaving: isLeaving(),
    blank: !scriptless && isBlank(blank),
    still: performance.now() - quiet.changed,
    content: document.readyState === 'loading' && hasContent(),
  };
}

function isStillQuiet(blank) {
  return quiet.calm === quiet.last && !isMoving() && !isLeaving() && !isBlank(blank);
}

/** A frame without any size shows nothing that could be waited for, and paints no frames. */
function isUnseenFrame() {
  return window !== top && !(innerWidth && innerHeight);
}

function isLeaving() {
  return quiet.leaving > 0 && performance.now() - quiet.leaving < 1000;
}

/** When something last changed or was scrolled, by this document's clock; null where more than that can change what
    is seen: what is drawn, played or loaded, and frames and shadow trees, which have documents and changes of their own. */
export function lastChange() {
  if (quiet.roots > 1 || document.querySelector(PAINTED_UNTOLD) || document.fonts.status === 'loading')
    return null;
  return Array.prototype.every.call(document.images, (image) => image.complete) ? quiet.last : null;
}
const PAINTED_UNTOLD = 'canvas, video, iframe, frame, object, embed';

/** What changed since this was last asked: how many things, how often it was printed, words that can now be read or
    no longer, and what stands in another place now. What is drawn anew as it was has not changed. */
export function changes(forget) {
  const touched = [...quiet.touched];
  const {prints} = quiet;
  quiet.touched.clear();
  quiet.count = quiet.prints = 0;
  if (forget) {
    quiet.bursts = 0;
    forgetReplaced();
    return null;
  }
  const {nodes, gone, shifted} = differing(touched);
  const came = new Map();
  for (const node of nodes) {
    const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
    if (!element?.isConnected || !element.checkVisibility({visibilityProperty: true, opacityProperty: true}))
      continue;
    const said = fold(node.nodeType === Node.TEXT_NODE ? node.data : element.innerText || '');
    if (said && !came.has(said)) came.set(said, element);
  }
  const moved = shifted.filter(wordsIn).map((node) => [firstWords(node), '', '']);
  const stayed = moved.length;
  const went = [];
  for (const [node, holder] of gone) {
    const said = wordsIn(node);
    if (!said) continue;
    const again = [...came].find(([, element]) => isMoved(node, element));
    if (!again) {
      if (!node.isConnected) went.push(said);
      continue;
    }
    moved.push([firstWords(node), placeOf(holder), placeOf(again[1].parentElement)]);
    came.delete(again[0]);
  }
  return {
    prints,
    elements: nodes.length + stayed - moved.length,
    words: beginnings(came.keys(), MOST_WORDS),
    gone: beginnings(went, MOST_GONE),
    moved: moved.slice(0, MOST_GONE).map((texts) => texts.map((text) => cut(text, LONGEST_WORDS))),
  };
}

/** Whether what is gone is the same thing as what came elsewhere: it begins with the same words, and says no other. */
function isMoved(node, element) {
  if (isKept(element) || node.localName !== element.localName || firstWords(node) !== firstWords(element))
    return false;
  const [some, others] = [node, element].map((one) => new Set(wordsIn(one).split(' ')));
  return [...some].every((word) => others.has(word)) || [...others].every((word) => some.has(word));
}

const MOST_WORDS = 4;
const MOST_GONE = 2;
const LONGEST_WORDS = 120;
const TITLES = 'h1, h2, h3, h4, h5, h6, [role=heading], legend, caption';

/** The first texts that are no part of one before them, each as far as it is told. */
function beginnings(texts, most) {
  const told = [];
  for (const said of texts) {
    if (told.length >= most) break;
    if (!told.some((other) => other.includes(said))) told.push(said);
  }
  return told.map((said) => cut(said, LONGEST_WORDS));
}

function isOneOfSeveral(part) {
  const alike = (one) => one.localName === part.localName && one.className === part.className;
  return [...(part.parentElement?.children || [])].filter(alike).length > 1;
}

/** What the part of the page is called that an element is in: by its label, the heading in it, or, of one of several
    parts that are built alike, the words that it begins with; "" for none. */
function placeOf(element) {
  for (
    let around = element;
    around instanceof Element && around !== document.body;
    around = around.parentElement
  ) {
    const label = fold(around.getAttribute('aria-label') || '');
    const title = label || fold(around.querySelector(TITLES)?.textContent || '');
    if (title) return title;
    if (isOneOfSeveral(around)) return cut(firstWords(around), LONGEST_WORDS);
  }
  return '';
}

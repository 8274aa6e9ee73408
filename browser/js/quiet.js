// Knowing when a page has come to rest, and what changed meanwhile.

const quiet = {last: performance.now(), changed: performance.now(), leaving: 0, observer: null, watched: new WeakSet(), touched: new Set(), count: 0};
const MAX_TOUCHED = 400;

function watch(root = document) {
  if (quiet.watched.has(root)) return;
  quiet.watched.add(root);
  if (!quiet.observer) {
    quiet.observer = new MutationObserver(noteChanges);
    addEventListener('scroll', () => { quiet.last = performance.now(); }, {capture: true, passive: true});
    if (globalThis.navigation) navigation.addEventListener('navigate', noteLeaving);
  }
  quiet.observer.observe(root, {subtree: true, childList: true, attributes: true, characterData: true});
}

function noteChanges(changes) {
  quiet.last = quiet.changed = performance.now();
  quiet.count += changes.length;
  for (const change of changes) {
    if (quiet.touched.size > MAX_TOUCHED) return;
    if (change.type === 'childList') for (const node of change.addedNodes) quiet.touched.add(node);
    else quiet.touched.add(change.target);
    if (change.type === 'childList' && !change.addedNodes.length) quiet.touched.add(change.target);
  }
}

/** A link or script is about to bring another document. */
function noteLeaving(event) {
  if (event.destination.sameDocument || event.downloadRequest !== null) return;
  quiet.leaving = performance.now();
  event.signal.addEventListener('abort', () => { quiet.leaving = 0; });
}

/** Whether a transition or animation that will end is still running. */
function isMoving() {
  return document.getAnimations().some((animation) => {
    if (animation.playState !== 'running' || !animation.effect) return false;
    const timing = animation.effect.getComputedTiming();
    return timing.endTime !== Infinity && timing.endTime < 5000;
  });
}

/** Comes back when nothing has changed for `calm` ms, or after `ceiling` ms: what the document is doing then. */
function whenQuiet(calm, ceiling) {
  const start = performance.now();
  quiet.last = Math.max(quiet.last, start - calm / 2);
  return new Promise((resolve) => {
    const look = () => {
      const now = performance.now();
      const left = calm - (now - quiet.last);
      const leaving = quiet.leaving > 0 && now - quiet.leaving < 1000;
      if (now - start >= ceiling || (left <= 0 && !leaving && !isMoving())) {
        resolve({ready: document.readyState, leaving, still: now - quiet.changed, content: hasContent()});
      } else setTimeout(look, Math.max(4, Math.min(left, ceiling)));
    };
    look();
  });
}

function hasContent() {
  return Boolean(document.body && (document.body.innerText || '').trim().length > 0);
}

/** What changed since this was last asked: how many things, and words that can now be read. */
function changes(forget) {
  const touched = [...quiet.touched];
  const count = quiet.count;
  quiet.touched.clear();
  quiet.count = 0;
  if (forget) return null;
  const words = [];
  const seen = new Set();
  for (const node of touched) {
    const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
    if (!element || !element.isConnected || seen.has(element) || !element.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
    seen.add(element);
    const said = fold(node.nodeType === Node.TEXT_NODE ? node.data : element.innerText || '');
    if (said && !words.some((other) => other.includes(said))) words.push(cut(said, 120));
    if (words.length >= 4) break;
  }
  return {count, elements: touched.length, words};
}

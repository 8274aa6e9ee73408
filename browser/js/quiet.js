// Knowing when a page has come to rest.

const quiet = {last: performance.now(), count: 0, observer: null};

function watch() {
  if (quiet.observer) return;
  quiet.observer = new MutationObserver((changes) => {
    quiet.last = performance.now();
    quiet.count += changes.length;
  });
  quiet.observer.observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
}

/** Whether a transition or animation that will end is still running. */
function isMoving() {
  return document.getAnimations().some((animation) => {
    if (animation.playState !== 'running' || !animation.effect) return false;
    const timing = animation.effect.getComputedTiming();
    return timing.endTime !== Infinity && timing.endTime < 5000;
  });
}

/** How long nothing has changed, and how much did so far. */
function stillness() {
  watch();
  return [document.readyState, Math.round(performance.now() - quiet.last), quiet.count, isMoving() ? 1 : 0];
}

/** Comes back when nothing has changed for `calm` ms, or after `ceiling` ms: [changes seen so far, ms waited]. */
function whenQuiet(calm, ceiling) {
  watch();
  const start = performance.now();
  quiet.last = Math.max(quiet.last, start - calm / 2);
  return new Promise((resolve) => {
    const look = () => {
      const now = performance.now();
      const left = calm - (now - quiet.last);
      if (now - start >= ceiling || (left <= 0 && !isMoving())) resolve([quiet.count, now - start]);
      else setTimeout(look, Math.max(4, Math.min(left, ceiling)));
    };
    look();
  });
}

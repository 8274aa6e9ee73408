// Parts of a long page that will not be shown: counted, and their text read, without a look at each of their elements.

const HAS_OWN_TEXT = 'select, textarea, canvas, video, audio, object, embed, svg, details, [role=listbox]';

/** What is looked at wherever it lies: what is in the viewport, frames, slots, shadow roots, the focus; and what holds it. */
function nearby(capture) {
  const near = new Set();
  const add = (element) => { for (let up = element; up && !near.has(up); up = renderedParent(up)) near.add(up); };
  for (const element of everyElement()) {
    if (near.has(element)) continue;
    const special = shadowOf(element) || FRAMES.has(element.localName) || element.localName === 'slot';
    if (special || capture.inView(element.getBoundingClientRect())) add(element);
  }
  add(capture.active);
  return near;
}

/** The lines of text that an element shows; a part that has text of another kind is read around it. */
function skimmedLines(element, lines) {
  if (SKIPPED.has(element.localName)) return;
  const style = getComputedStyle(element);
  if (style.display === 'none' || style.opacity === '0') return;
  if (!element.querySelector(HAS_OWN_TEXT) && !element.matches(HAS_OWN_TEXT)) {
    for (const line of (element.innerText || '').split('\n')) {
      const words = fold(line);
      if (words) lines.push(words);
    }
    return;
  }
  if (element.matches('select, textarea, canvas, video, audio, object, embed') || (element.localName === 'details' && !element.open)) return;
  for (const child of element.childNodes) {
    if (child.nodeType === Node.ELEMENT_NODE) skimmedLines(child, lines);
    else if (child.nodeType === Node.TEXT_NODE && fold(child.data) && style.visibility === 'visible') lines.push(fold(child.data));
  }
}

// Which elements listen for clicks: no script sees that, so it is told from outside, by position.

let listening = new WeakSet();

/** All elements of the document and its open shadow roots, in the order they are numbered outside. */
function everyElement() {
  const roots = [document];
  const all = [];
  for (let at = 0; at < roots.length; at++) {
    for (const element of roots[at].querySelectorAll('*')) {
      if (element.shadowRoot) roots.push(element.shadowRoot);
      all.push(element);
    }
  }
  return all;
}

/** Takes what was found, unless the document has changed since, which the count shows. */
function noteListeners(count, places) {
  const all = everyElement();
  if (all.length !== count) return false;
  listening = new WeakSet(places.map((place) => all[place]));
  return true;
}

/** A listener on something that holds much of the page is there for what is inside. */
function listens(element) {
  if (!listening.has(element) || element === document.body || element === document.documentElement) return false;
  return element.parentElement !== document.body || element.querySelectorAll(OBVIOUS).length < 2;
}

const OBVIOUS = 'a[href], button, input, select, textarea, [role=button], [role=link], [tabindex]';

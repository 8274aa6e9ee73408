// Refs: numbers for elements, kept outside the page so that nothing is written into it.

export const numbers = new WeakMap();
const byNumber = new Map();
let lastNumber = 0;

export function numberOf(node) {
  let number = numbers.get(node);
  if (number === undefined) {
    number = ++lastNumber;
    numbers.set(node, number);
    byNumber.set(number, new WeakRef(node));
  }
  return number;
}

const numbersOfGenerated = new WeakMap();

/** The number of the text that a style sheet puts at a place (`::before`, `::after`) of an element, which it stands for. */
export function numberOfGenerated(element, where) {
  const own = numbersOfGenerated.get(element) || {};
  if (own[where] === undefined) {
    own[where] = ++lastNumber;
    byNumber.set(lastNumber, new WeakRef(element));
    numbersOfGenerated.set(element, own);
  }
  return own[where];
}

/** Gives a node's number, and those of its generated texts, to the node that has taken its place. */
export function handOn(before, after) {
  if (numbers.has(after)) return;
  const number = numbers.get(before);
  if (number !== undefined) {
    numbers.delete(before);
    numbers.set(after, number);
    byNumber.set(number, new WeakRef(after));
  }
  const generated = numbersOfGenerated.get(before);
  if (!generated) return;
  numbersOfGenerated.delete(before);
  numbersOfGenerated.set(after, generated);
  for (const one of Object.values(generated)) byNumber.set(one, new WeakRef(after));
}

/** The node with this number if it is still in the document, else null. */
export function nodeOf(number) {
  const held = byNumber.get(number);
  const node = held?.deref();
  if (!node) byNumber.delete(number);
  return node?.isConnected ? node : null;
}

/** Forget numbers whose nodes are gone, so that a page that re-renders for hours costs nothing. */
export function forgetDead() {
  for (const [number, held] of byNumber) if (!held.deref()) byNumber.delete(number);
}

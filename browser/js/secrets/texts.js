// Where in the texts of a page a value stands: in one piece, in parts, sign by sign.

import {graphemes} from '../dom/dom.js';
import {boxesOf} from './items.js';
import {isDisplaced} from './reach.js';

export const SHORT_TEXT = 4;
const FOLDED_AWAY = /[\s\p{Cf}\p{Mn}]/u;
const LETTER = /[\p{L}\p{N}]/u;
const PARTING = /[^\p{L}\p{N}]/gu;
const LEAST_UNPARTED = 8;

/** The text in small letters, without spaces and signs that are not seen, with one kind of hyphen. */
export function foldedAway(text) {
  return [...text.normalize('NFKC').toLowerCase()]
    .filter((sign) => !FOLDED_AWAY.test(sign))
    .map((sign) => (/\p{Pd}/u.test(sign) ? '-' : sign))
    .join('');
}

const foldedOf = ofText(foldedAway);
/** For each sign of a folded text, where the letter that it is of begins and ends in the text. */
const lettersOf = ofText((text) =>
  [...graphemes.segment(text)].flatMap(({segment, index}) =>
    foldedAway(segment)
      .split('')
      .map(() => [index, index + segment.length]),
  ),
);

/** What is made of a text; the newest are kept. */
function ofText(make) {
  const known = new Map();
  return (text) => {
    if (!known.has(text)) {
      if (known.size > 20_000) known.clear();
      known.set(text, make(text));
    }
    return known.get(text);
  };
}

/** The items that show a value, or a part of one that shows in several; each with the boxes of it. */
export function textHits(items, placesIn, needles) {
  const starts = [];
  let text = '';
  for (const item of items) {
    starts.push(text.length);
    text += item.text;
  }
  const hits = items.filter((item) => item.always).map((item) => hitOf(item, 0, 1));
  for (const [at, length] of placesIn(text))
    for (let nth = lastUpTo(starts, at); nth < items.length && starts[nth] < at + length; nth++)
      hits.push(
        hitOf(
          items[nth],
          Math.max(0, at - starts[nth]),
          Math.min(at + length - starts[nth], items[nth].text.length),
        ),
      );
  hits.push(...foldedHits(items, needles), ...scatteredHits(items, needles));
  return hits.filter((hit) => hit.boxes.length || (hit.element && isDisplaced(hit.element)));
}

function hitOf(item, from, to) {
  return {element: item.element, elsewhere: item.elsewhere, boxes: from < to ? item.boxes(from, to) : []};
}

/** What shows of values in the folded text of the items, one after the other. */
function foldedHits(items, needles) {
  const starts = [];
  let text = '';
  for (const item of items) {
    starts.push(text.length);
    text += foldedOf(item.text);
  }
  const hits = [];
  for (const needle of needles)
    for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) {
      const end = at + needle.length;
      for (let nth = lastUpTo(starts, at); nth < items.length && starts[nth] < end; nth++)
        hits.push(
          hitOf(
            items[nth],
            ...unfoldedPart(items[nth].text, Math.max(0, at - starts[nth]), end - starts[nth]),
          ),
        );
    }
  return hits;
}

/** Where a part of a text lies that is told by its place in the folded text. */
function unfoldedPart(text, from, to) {
  const letters = lettersOf(text);
  const whole = letters.length !== foldedOf(text).length; // the places cannot be told
  const part = whole ? letters : letters.slice(from, to);
  return part.length ? [part[0][0], part.at(-1)[1]] : [0, 0];
}

/** What shows of values whose parts are beside each other or one below the other, in whichever order they stand in the
    document. */
function scatteredHits(items, needles) {
  const parts = items.filter((item) => mayBePart(foldedOf(item.text), needles));
  const signs = new Set(parts.flatMap((item) => foldedOf(item.text).split('')));
  const possible = needles.filter((needle) =>
    needle
      .replace(PARTING, '')
      .split('')
      .every((sign) => signs.has(sign)),
  );
  if (!possible.length || parts.length < 2) return [];
  const pieces = parts.flatMap(piecesOf);
  return [0, 1].flatMap((across) => {
    const ordered = inLines(pieces, across);
    // Fields for the parts of a value leave out what stands between them.
    const plain = ordered.filter((piece) => LETTER.test(piece.sign));
    return [...hitsInOrder(ordered, possible), ...hitsInOrder(plain, unparted(possible))];
  });
}

function unparted(needles) {
  return needles
    .map((needle) => needle.replace(PARTING, ''))
    .filter((plain) => plain.length >= LEAST_UNPARTED);
}

function mayBePart(folded, needles) {
  if (!folded) return false;
  if (folded.length <= SHORT_TEXT) return true;
  return needles.some(
    (needle) =>
      needle.includes(folded) ||
      folded.endsWith(needle.slice(0, SHORT_TEXT)) ||
      folded.startsWith(needle.slice(-SHORT_TEXT)),
  );
}

/** Each sign of a text that folding leaves, with its box. */
function piecesOf(item) {
  const letters = lettersOf(item.text);
  const folded = foldedOf(item.text).split('');
  if (letters.length !== folded.length) return [];
  return folded.flatMap((sign, at) => {
    const hit = hitOf(item, ...letters[at]);
    const [left, top, width, height] = (item.node ? hit.boxes : boxesOf(item.element))[0] ?? [];
    // Signs that share a box stand in it in their order.
    const x = left + width * (item.node ? 0.5 : (at + 1) / (folded.length + 1));
    return hit.boxes.length && width
      ? [{sign, hit, middle: [x, top + height / 2], size: [width, height]}]
      : [];
  });
}

/** Pieces line by line (0) or column by column (1). */
function inLines(pieces, across) {
  const along = 1 - across;
  // Lines lie one below the other, and columns beside each other.
  const rest = [...pieces].sort((a, b) => a.middle[along] - b.middle[along]);
  const lines = [];
  for (const piece of rest) {
    const line = lines.at(-1);
    if (line && piece.middle[along] - line[0].middle[along] < line[0].size[along] / 2) line.push(piece);
    else lines.push([piece]);
  }
  return lines.flatMap((line) => line.sort((a, b) => a.middle[across] - b.middle[across]));
}

function hitsInOrder(pieces, needles) {
  const text = pieces.map((piece) => piece.sign).join('');
  const hits = [];
  for (const needle of needles)
    for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1))
      hits.push(...pieces.slice(at, at + needle.length).map((piece) => piece.hit));
  return hits;
}

/** The last place in a sorted list whose number is at most this one. */
function lastUpTo(numbers, wanted) {
  let low = 0,
    high = numbers.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (numbers[middle] <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}

// Which records of a frame are handed over, and below which other one each of them stands.

import {MAX_HINTS} from '../dom/hints.js';
import {rowOf} from './wire.js';

/** Gives the rows of the records that stay: containers that hold fewer than two things, and are not asked for, are left
    out, and hand their children up. */
export function compact(records) {
  const children = new Array(records.length).fill(0);
  for (let at = records.length - 1; at >= 0; at--) {
    const record = records[at];
    if (!record) continue;
    record.stays =
      record.wanted ||
      (record.keep && !(record.maybe && !children[at] && !record.name)) ||
      record.role === 'text' ||
      children[at] >= 2;
    if (record.parent >= 0) children[record.parent] += record.stays ? 1 : children[at];
  }
  handDownHints(records, children);
  const places = new Map();
  const kept = [];
  for (let at = 0; at < records.length; at++) {
    const record = records[at];
    if (!record) continue;
    let up = record.parent;
    while (up >= 0 && !records[up].stays) up = records[up].parent;
    record.parent = up;
    if (!record.stays) continue;
    places.set(at, kept.length);
    record.above = up >= 0 ? places.get(up) : -1;
    kept.push(rowOf(record));
  }
  return kept;
}

/** A container that is left out hands the names its author gave it to the one thing in it. */
function handDownHints(records, children) {
  for (const record of records) {
    if (!record || !record.stays) continue;
    const own = new Set(record.hints || []);
    for (
      let up = record.parent;
      up >= 0 && !records[up].stays && children[up] === 1;
      up = records[up].parent
    ) {
      for (const word of records[up].hints || []) own.add(word);
    }
    if (own.size) record.hints = [...own].slice(0, MAX_HINTS);
  }
}

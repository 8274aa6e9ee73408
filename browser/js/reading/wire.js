// What is handed over of an element, and in which order. Python reads these names here: browser/snapshot/wire.py.

/** What nearly every element has, by its place in the row; `above` is the row of what holds it, or -1. */
const ALWAYS = ['number', 'above', 'role', 'tag', 'interactive', 'box', 'states', 'name'];

/** What few elements have, behind the others: for each the place of its name here, and the value. */
const SELDOM = [
  'text',
  'hints',
  'value',
  'description',
  'placeholder',
  'label',
  'href',
  'input_type',
  'options',
  'level',
  'covered_by',
  'limits',
  'appearance',
  'content_box',
  'unread',
  'unread_inside',
  'joined',
];

/** How an element looks, by its place. */
const LOOK = ['color', 'background', 'font_px', 'bold', 'italic', 'underlined', 'cursor', 'struck'];

/** A record as it is handed over. */
export function rowOf(record) {
  const row = [];
  for (const name of ALWAYS) row.push(record[name]);
  for (let at = 0; at < SELDOM.length; at++) {
    const value = record[SELDOM[at]];
    if (value !== undefined) row.push(at, at === LOOK_AT ? LOOK.map((name) => value[name]) : value);
  }
  return row;
}
const LOOK_AT = SELDOM.indexOf('appearance');

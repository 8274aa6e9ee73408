// Date and time fields made of sections: a group of spin buttons, each for one part.

import {fold} from '../dom/dom.js';
import {ownName} from '../dom/names.js';
import {numberOf} from '../dom/refs.js';
import {roleOf} from '../dom/roles.js';

const PARTS = [
  ['year', /^(year|jahr|ann[ée]e|año|anno|ano|jaar)/i, 9999],
  ['month', /^(month|monat|mois|mes|mese|mês|maand)/i, 12],
  ['day', /^(day|tag|jour|d[ií]a|giorno|dag)/i, 31],
  ['hour', /^(hour|stunde|heure|hora|ora|uur)/i, null],
  ['minute', /^minut/i, null],
  ['second', /^(se[ck]ond|segundo)/i, null],
  ['half', /^(meridiem|am\/pm|dayperiod)/i, null],
];

/** The sections of a field, in the order in which they are drawn, each with its part; [] for any other field. */
export function sectionsOf(element) {
  const spins = [...element.querySelectorAll('[role=spinbutton]')].filter(
    (one) => one.localName !== 'input' && one.getBoundingClientRect().width,
  );
  const sections = spins.map((one) => ({number: numberOf(one), part: partOf(one)}));
  const parts = new Set(sections.map((one) => one.part));
  return sections.length > 1 && !parts.has('') && parts.size === sections.length ? sections : [];
}

/** Which part of a day or time a spin button is for, by its name, else by its greatest value. */
function partOf(spin) {
  const name = ownName(spin, false, roleOf(spin));
  const found =
    PARTS.find(([, words]) => words.test(name)) ||
    PARTS.find(([, , most]) => most && Number(spin.getAttribute('aria-valuemax')) === most);
  return found ? found[0] : '';
}

/** What a section shows: its number, or its words; and whether it is empty, so that these are only a hint. */
export function sectionShows(section) {
  const now = section.getAttribute('aria-valuenow');
  const text = fold(section.textContent);
  return {shown: now !== null && !/^[ap]m$/i.test(text) ? now : text, empty: now === null};
}

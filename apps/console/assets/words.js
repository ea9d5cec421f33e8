/** Numbers as a person reads them. null stands for what is not known. */

export const UNKNOWN = '–';

/** Such as `12 s`, `3 min`, `2 h 5 min`, `4 d`. */
export const age = (ms) => {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} d`;
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
};

export const ago = (ms) => (ms < 1000 ? 'now' : `${age(ms)} ago`);

export const percent = (value) => (value === null ? UNKNOWN : `${value < 10 ? value.toFixed(1) : Math.round(value)} %`);

/** Five decimals are about a metre. */
export const degrees = ({ lat, lon }) => `${lat.toFixed(5)}, ${lon.toFixed(5)}`;

export const metres = (m) => {
  if (m < 1000) return `${Math.round(m)} m`;
  return `${m < 10_000 ? Number((m / 1000).toFixed(1)) : Math.round(m / 1000)} km`;
};

export const bytes = (count) => (count < 1024 ? `${count} B` : `${Math.round(count / 1024)} kB`);

/** Half the cell that is left when a node sends only so many bits of its coordinates; empty when it sends all. */
export const blur = (precisionBits) =>
  precisionBits > 0 && precisionBits < 32 ? `± ${metres(2 ** (31 - precisionBits) * 1e-7 * 111_320)}` : '';

/** Meshtastic reports 101 for external power. */
export const battery = (value) => {
  if (value === null) return UNKNOWN;
  return value > 100 ? 'powered' : `${value} %`;
};

export const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

/** Joins what is not empty. */
export const joined = (...parts) =>
  parts.filter((part) => part !== '' && part !== null && part !== undefined).join(' · ');

/** Signs that turn the direction of what follows, and those that no font draws; a line break is none. */
const DECEIVING = /(?!\n)[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]/gu;
/** More marks on a letter than any script has reach into other lines. */
const PILED_MARKS = /(\p{M}{3})\p{M}+/gu;
const NOTHING_TO_SEE = /^[\s\p{C}\p{Z}\p{M}\u115f\u1160\u2800\u3164\uffa0]*$/u;

/** A text from outside as it may be shown: it cannot pass for another one, nor leave its place. */
export const shown = (text) => text.replace(DECEIVING, '\ufffd').replace(PILED_MARKS, '$1');

/** Whether a person would see anything of it. */
export const isBlank = (text) => NOTHING_TO_SEE.test(text);

/** The first name that can be seen. */
export const firstName = (...names) => names.find((name) => !isBlank(name)) ?? '';

export const nodeName = ({ longName, shortName }) => joined(...[shortName, longName].filter((name) => !isBlank(name)));

/** A name of a kind as a person reads it. */
const kindWords = { pli: 'position', rab: 'range and bearing', raw: 'other', refused: 'packet', '': 'packet' };
export const kindWord = (kind) => kindWords[kind] ?? kind;

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

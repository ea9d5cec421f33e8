/** Whether somebody is meant by a name that a person typed. */

/** Nodes are called "SHORT - Long Name" in TAK, and people type either. */
const BETWEEN = ' - ';

/** @param name a uid, a callsign, or a part of one in front of or behind its dash; case does not count */
export const answersTo = ({ uid, callsign }: { uid: string; callsign: string }, name: string): boolean => {
  const wanted = name.trim().toLowerCase();
  if (wanted === '') return false;
  const known = callsign.trim().toLowerCase();
  const cut = known.indexOf(BETWEEN);
  const parts = cut === -1 ? [] : [known.slice(0, cut), known.slice(cut + BETWEEN.length)];
  return [uid.toLowerCase(), known, ...parts].includes(wanted);
};

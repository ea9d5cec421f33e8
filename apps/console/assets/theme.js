/** Colours of the style sheet for what is drawn on a canvas, in daylight and in the dark. */

const dark = matchMedia('(prefers-color-scheme: dark)');
let known = new Map();

/** @param name such as `--ink` */
export const colour = (name) => {
  if (!known.has(name)) known.set(name, getComputedStyle(document.documentElement).getPropertyValue(name).trim());
  return known.get(name);
};

/** Calls when the colours are others. */
export const onTheme = (call) =>
  dark.addEventListener('change', () => {
    known = new Map();
    call();
  });

/** Asks the console something that is not in its stream. */

/** @returns `{ ok, status, value, text }`; status 0 when it does not answer */
export const get = async (path, words) => {
  try {
    const response = await fetch(`${path}?${new URLSearchParams(words)}`);
    const text = (await response.text()).trim();
    return { ok: response.ok, status: response.status, value: response.ok ? JSON.parse(text) : undefined, text };
  } catch {
    return { ok: false, status: 0, value: undefined, text: 'The console does not answer. Try again.' };
  }
};

/** Tells the console something. */

/**
 * @returns `{ ok, status, text }`; status 0 when it does not answer
 */
export const post = async (path, body) => {
  const options = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  try {
    const response = await fetch(path, options);
    return { ok: response.ok, status: response.status, text: (await response.text()).trim() };
  } catch {
    return { ok: false, status: 0, text: 'The console does not answer. Try again.' };
  }
};

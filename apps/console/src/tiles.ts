/** Map tiles from elsewhere are the only thing that the page may load from another machine, and only when told to. */

/** `{z}`, `{x}` and `{y}` each once, and nothing that a content security policy could not name. */
export const isTileUrl = (url: string): boolean => {
  const isWhole = ['{z}', '{x}', '{y}'].every((part) => url.split(part).length === 2);
  const path = url.replace(/\{[zxy]\}/g, '0');
  if (!isWhole || /[{}\s;,'"\\]/.test(path)) return false;
  return (path.startsWith('/') && !path.startsWith('//')) || originOf(path) !== undefined;
};

/** Where tiles come from, for the content security policy; undefined when that is the console itself. */
export const tileOrigin = (url: string | undefined): string | undefined =>
  url === undefined ? undefined : originOf(url.replace(/\{[zxy]\}/g, '0'));

const originOf = (url: string): string | undefined => {
  if (!URL.canParse(url)) return undefined;
  const { protocol, origin } = new URL(url);
  return protocol === 'http:' || protocol === 'https:' ? origin : undefined;
};

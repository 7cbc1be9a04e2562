// @ts-check
/** Words of the reader's language for scripts. The server collects every marked message of these files into one module per
 * language; a word without translation stays English. */

/** @typedef {{words: Record<string, string | string[]>, plural: (n: number) => number, signs: {group: string, point: string}}} Words */

const language = document.documentElement.dataset.language ?? "en";
/** @type {Words} */
const book = await import(`../text/${language}.js`).catch(() => ({
  words: {}, plural: (/** @type {number} */ n) => Number(n !== 1), signs: { group: ",", point: "." },
}));

/** Thousands and decimal sign: as the reader chose them, else of the language. */
const { group, point } = document.documentElement.dataset;
export const signs = point ? { group: group ?? "", point } : book.signs;

/** @param {string} text @param {Record<string, unknown>} [params] */
function fill(text, params) {
  return params ? text.replace(/\{(\w+)\}/g, (whole, name) => (name in params ? String(params[name]) : whole)) : text;
}

/** The text of `msgid`, with `{name}` filled from `params`. @param {string} msgid @param {Record<string, unknown>} [params] */
export function _(msgid, params) {
  const found = book.words[msgid];
  return fill(typeof found === "string" ? found : msgid, params);
}

/** The plural form for `n`. @param {string} one @param {string} many @param {number} n @param {Record<string, unknown>} [params] */
export function ngettext(one, many, n, params) {
  const forms = book.words[one];
  const text = Array.isArray(forms) ? forms[book.plural(n)] : undefined;
  return fill(text ?? (n === 1 ? one : many), { n, ...params });
}

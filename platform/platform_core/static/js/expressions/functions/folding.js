// @ts-check
/** Text without the difference of capitals, folded as Unicode does: JavaScript has no folding of its own. */

/** Where capitals and back again is not the folding. @type {Record<string, string>} */
const OWN = { "ı": "ı", "ẞ": "ss" };

/** Two texts are the same but for capitals where this gives the same for both. @param {string} text */
export function folded(text) {
  if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase();
  let result = "";
  for (const letter of text) {
    // Letter by letter: in a word JavaScript makes the last sigma of it a final one.
    if (OWN[letter]) result += OWN[letter];
    else for (const capital of letter.toUpperCase()) result += capital.toLowerCase();
  }
  return result;
}

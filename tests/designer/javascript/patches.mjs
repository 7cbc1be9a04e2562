// Reads [{doc, patches}] or [{base, mine, theirs}] from standard input, answers with what the designer's modules make of them.
import { apply } from "../../../platform/platform_core/static/js/designer/pointer.js";
import { between, merge } from "../../../platform/platform_core/static/js/designer/merge.js";
import { across, find, layoutOf, patchesTo, put, step } from "../../../platform/platform_core/static/js/designer/layout.js";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const cases = JSON.parse(Buffer.concat(chunks).toString());

function one(asked) {
  if (asked.theirs) {
    const merged = merge(asked.base, asked.mine, asked.theirs);
    return { merged, patched: apply(asked.theirs, between(asked.theirs, merged)).doc };
  }
  if (asked.moves) {
    let { doc } = asked;
    const seen = [];
    for (const [what, name, by] of asked.moves) {
      const layout = layoutOf(doc, { tabs: [] });
      const from = find(layout, name);
      const next = what === "step" ? step(layout, name, by) : what === "across" ? across(layout, name, by) : put(layout, layout.tabs[from.tab].sections[from.section].fields[from.index], by);
      if (next) doc = apply(doc, patchesTo(doc, next, { tabs: [] })).doc;
      seen.push(doc.layout);
    }
    return { seen };
  }
  try {
    const { doc, inverse } = apply(asked.doc, asked.patches);
    return { doc, back: apply(doc, inverse).doc };
  } catch (error) {
    return { refused: String(error.message) };
  }
}

console.log(JSON.stringify(cases.map(one)));

// @ts-check
/** Hosts of parts: fetches a part's fragment over the saved draft. What the parts may do is told in form_engine/designer/parts.py. */
import { make } from "../dom.js";
import { send } from "../net.js";
import { _ } from "../text.js";

/** @param {import("./canvas.js").Canvas} canvas @param {HTMLElement} host @param {string} name @param {string} at JSON pointer */
export async function loadPart(canvas, host, name, at) {
  const body = /** @type {HTMLElement} */ (host.querySelector("[data-part-body]"));
  host.dataset.at = at;
  await canvas.draft.settled();
  try {
    body.innerHTML = await send("GET", `${canvas.page.part_url}/${encodeURIComponent(name)}?at=${encodeURIComponent(at)}`);
  } catch {
    body.replaceChildren(make("p", { class: "muted sm", role: "status", text: _("This part cannot be shown now. Try again when the connection is back.") }));
  }
}

// @ts-check
/** The list of problems: asked for after each saving, with jumps to the place. */
import { send } from "../net.js";

const PAUSE = 500; // ms after a saving until the draft is checked

/** @param {import("./canvas.js").Canvas} canvas @param {(pointer: string) => void} jump */
export function startProblems(canvas, jump) {
  const box = /** @type {HTMLElement} */ (document.getElementById("problems"));
  const count = /** @type {HTMLElement} */ (document.getElementById("change-count"));
  let timer = 0;
  let running = false;
  let again = false;

  const check = async () => {
    if (running) { again = true; return; }
    running = true;
    try {
      const answer = await send("GET", `${canvas.page.design_url}/problems`);
      box.innerHTML = answer;
      const found = box.querySelectorAll("li").length;
      const changes = Number(/** @type {HTMLElement | null} */ (box.querySelector("[data-changes]"))?.dataset.changes ?? 0);
      box.hidden = found === 0;
      count.textContent = String(changes);
      count.hidden = changes === 0;
      const wrong = new Set([.../** @type {NodeListOf<HTMLElement>} */ (box.querySelectorAll('[data-tone="danger"] [data-jump]'))].map((one) => (one.dataset.jump ?? "").split("/").slice(0, 3).join("/")));
      for (const [place, field] of (canvas.draft.doc.fields ?? []).entries()) canvas.cards.get(String(field?.name))?.toggleAttribute("data-wrong", wrong.has(`/fields/${place}`));
    } catch { /* told by the state of saving; the next saving asks again */ } finally {
      running = false;
      if (again) { again = false; void check(); }
    }
  };

  box.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const button = /** @type {HTMLElement | null} */ (target.closest("[data-jump]"));
    if (button) jump(button.dataset.jump ?? "");
    if (target.closest('[data-do="fold-problems"]')) box.toggleAttribute("data-folded");
  });
  canvas.draft.addEventListener("saved", () => { clearTimeout(timer); timer = window.setTimeout(() => void check(), PAUSE); });
  void check();
}

// @ts-check
/** The preview: the server's form in a language, as a role, at the width of a device, light or dark. */
import { send } from "../net.js";
import { _ } from "../text.js";

/** @param {import("./canvas.js").Canvas} canvas @param {(text: string) => void} say */
export function startPreview(canvas, say) {
  const studio = /** @type {HTMLElement} */ (document.getElementById("studio"));
  const bar = /** @type {HTMLElement} */ (document.getElementById("preview-bar"));
  const view = /** @type {HTMLElement} */ (document.getElementById("preview-view"));
  const [language, role] = /** @type {HTMLSelectElement[]} */ ([...bar.querySelectorAll("select[data-lens]")]);
  let asked = 0;

  const draw = async () => {
    const ask = ++asked;
    await canvas.draft.settled();
    try {
      const html = await send("GET", `${canvas.page.design_url}/preview?language=${encodeURIComponent(language.value)}&role=${encodeURIComponent(role.value)}`);
      if (ask === asked) view.innerHTML = html;
    } catch {
      view.textContent = _("The preview comes back with the connection.");
    }
  };

  /** @param {Element} seg @param {string} value */
  const press = (seg, value) => {
    for (const button of seg.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.value === value));
    view.setAttribute(`data-${/** @type {HTMLElement} */ (seg).dataset.lens}`, value);
  };
  const dark = document.documentElement.dataset.theme === "dark" || (!document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
  press(/** @type {Element} */ (bar.querySelector('[data-lens="theme"]')), dark ? "dark" : "light");
  press(/** @type {Element} */ (bar.querySelector('[data-lens="device"]')), "desktop");

  bar.addEventListener("click", (event) => {
    const button = /** @type {Element} */ (event.target).closest(".seg button");
    if (button) press(/** @type {Element} */ (button.closest("[data-lens]")), /** @type {HTMLButtonElement} */ (button).value);
  });
  for (const select of [language, role]) select.addEventListener("change", () => void draw());
  canvas.draft.addEventListener("saved", () => { if (studio.dataset.view === "preview") void draw(); });

  /** @param {boolean} on */
  return (on) => {
    studio.dataset.view = on ? "preview" : "design";
    bar.hidden = !on;
    view.hidden = !on;
    document.querySelector('.studio-bar [data-do="preview"]')?.setAttribute("aria-pressed", String(on));
    say(on ? _("Preview") : _("Designing"));
    if (on) { void draw(); view.focus({ preventScroll: true }); }
  };
}

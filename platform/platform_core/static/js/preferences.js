// @ts-check
/** Theme, row height and language: shown at once, remembered by the server. */
import { behave } from "./dom.js";
import { csrfToken } from "./net.js";

const USUAL = { theme: "auto", density: "regular" };
const root = document.documentElement;

behave("form[data-preferences]", (element) => {
  const form = /** @type {HTMLFormElement} */ (element);
  form.addEventListener("submit", (event) => {
    const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
    if (!button) return;
    if (button.name === "language") {
      const next = Object.assign(document.createElement("input"), { type: "hidden", name: "next", value: location.pathname + location.search });
      form.append(next);
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const name = /** @type {"theme" | "density"} */ (button.name);
    if (button.value === USUAL[name]) delete root.dataset[name];
    else root.dataset[name] = button.value;
    for (const other of form.querySelectorAll(`[name="${name}"]`)) other.setAttribute("aria-checked", String(other === button));
    fetch(form.action, { method: "POST", headers: { "X-CSRF-Token": csrfToken() }, body: new URLSearchParams({ [name]: button.value }), keepalive: true }).catch(() => undefined);
  });
});

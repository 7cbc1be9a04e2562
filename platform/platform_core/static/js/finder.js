// @ts-check
/** The finder's keys: arrows choose, Enter opens, Ctrl Enter opens beside. htmx fetches what it lists. */
import { behave, freshId } from "./dom.js";

behave("dialog[data-finder]", (element) => {
  const dialog = /** @type {HTMLDialogElement} */ (element);
  const input = /** @type {HTMLInputElement} */ (dialog.querySelector("[role=combobox]"));
  const list = /** @type {HTMLElement} */ (dialog.querySelector("[role=listbox]"));
  const first = list.innerHTML;

  const options = () => /** @type {HTMLElement[]} */ ([...list.querySelectorAll('[role="option"]:not([aria-disabled])')].filter((one) => !(/** @type {HTMLElement} */ (one).hidden)));
  /** @param {number} at */
  const choose = (at) => {
    const all = options();
    for (const [place, one] of all.entries()) {
      one.setAttribute("aria-selected", String(place === at));
      one.id ||= freshId("hit");
    }
    if (all[at]) { input.setAttribute("aria-activedescendant", all[at].id); all[at].scrollIntoView({ block: "nearest" }); }
    else input.removeAttribute("aria-activedescendant");
  };
  const chosen = () => options().findIndex((one) => one.getAttribute("aria-selected") === "true");

  input.addEventListener("keydown", (event) => {
    const all = options();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (all.length) choose((chosen() + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length);
    } else if (event.key === "Enter") {
      const link = /** @type {HTMLAnchorElement | undefined} */ (all[chosen()] ?? all[0]);
      if (!link) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener");
      else location.assign(link.href);
    }
  });
  input.addEventListener("input", () => {
    if (!input.value) list.innerHTML = first;
    const words = input.value.toLowerCase();
    for (const one of options()) one.hidden = !one.textContent?.toLowerCase().includes(words);
  });
  new MutationObserver(() => choose(0)).observe(list, { childList: true });
  dialog.addEventListener("toggle", () => { if (dialog.open) { input.select(); choose(0); } });
});

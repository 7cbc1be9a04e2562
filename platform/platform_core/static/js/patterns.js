// @ts-check
/** The switches of the pattern page: theme, direction and density without asking the server. */
import { behave } from "./dom.js";

const USUAL = new Set(["auto", "regular"]);

behave("[data-switch]", (group) => {
  const name = group.dataset.switch ?? "";
  group.addEventListener("click", (event) => {
    const button = /** @type {HTMLButtonElement | null} */ (/** @type {Element} */ (event.target).closest("button"));
    if (!button) return;
    for (const other of group.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === button));
    const root = document.documentElement;
    if (name === "dir") root.dir = button.value;
    else if (USUAL.has(button.value)) delete root.dataset[name];
    else root.dataset[name] = button.value;
  });
});

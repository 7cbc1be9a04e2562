// @ts-check
/** `<tw-scope>`: whose records: a named scope, or a condition. Its `value` is the name or the text of the condition. */
import "./expression.js";

class Scope extends HTMLElement {
  connectedCallback() {
    const select = /** @type {HTMLSelectElement} */ (this.querySelector("select"));
    const box = /** @type {HTMLElement} */ (this.querySelector("tw-expression"));
    select.addEventListener("change", () => {
      box.hidden = select.value !== "?";
      if (!box.hidden) box.querySelector("textarea")?.focus();
    });
  }

  get value() {
    const chosen = /** @type {HTMLSelectElement} */ (this.querySelector("select")).value;
    return chosen === "?" ? /** @type {HTMLTextAreaElement} */ (this.querySelector("textarea")).value : chosen;
  }
}

customElements.define("tw-scope", Scope);

// @ts-check
/** `<tw-formula>`: a formula with the functions beside it, tried on a record that the admin chooses. */
import { csrfToken } from "../net.js";
import "./expression.js";

const PAUSE = 500;

class Formula extends HTMLElement {
  connectedCallback() {
    const area = /** @type {HTMLTextAreaElement} */ (this.querySelector("tw-expression textarea"));
    const typed = /** @type {HTMLElement} */ (this.querySelector("tw-expression"));
    this.addEventListener("input", () => this.later());
    this.addEventListener("change", () => this.later());
    this.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest("[data-function]") : null;
      if (!button) return;
      area.setRangeText(`${/** @type {HTMLElement} */ (button).dataset.function}(`, area.selectionStart, area.selectionEnd, "end");
      area.focus();
      area.dispatchEvent(new Event("input", { bubbles: true }));
    });
    const find = /** @type {HTMLInputElement | null} */ (this.querySelector("[data-find]"));
    find?.addEventListener("input", (event) => {
      event.stopPropagation();
      const wanted = find.value.toLowerCase();
      for (const one of this.querySelectorAll("[data-functions] li")) /** @type {HTMLElement} */ (one).hidden = !(one.textContent ?? "").toLowerCase().includes(wanted);
    });
    this.typed = typed;
    this.area = area;
    if (area.value) this.later();
    const at = this.dataset.at;
    if (at) area.addEventListener("change", () => this.dispatchEvent(new CustomEvent("tw:design", { bubbles: true, detail: { patches: [{ op: "add", path: at, value: area.value.trim() }], label: this.dataset.label } })));
  }

  later() {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.attempt(), PAUSE);
  }

  /** Shows what the text gives for the chosen record. */
  async attempt() {
    const out = this.querySelector("[data-tried]");
    const record = /** @type {HTMLInputElement | null} */ (this.querySelector('tw-lookup input[type="hidden"]:not([data-none])'))?.value ?? "";
    if (!out || !this.area || !this.typed) return;
    const text = this.area.value;
    const answer = await fetch(`/admin/expressions/${encodeURIComponent(this.typed.dataset.form ?? "")}/try`, { method: "POST", headers: { "X-CSRF-Token": csrfToken(), "X-Requested-With": "fetch" }, body: new URLSearchParams({ text, record }), credentials: "same-origin" });
    if (answer.ok && this.area.value === text) out.replaceChildren(document.createRange().createContextualFragment(await answer.text()));
  }
}

customElements.define("tw-formula", Formula);

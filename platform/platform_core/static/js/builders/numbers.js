// @ts-check
/** `<tw-numbers data-url>`: shows the next numbers of the pattern that is being typed. */
import { csrfToken } from "../net.js";

class Numbers extends HTMLElement {
  connectedCallback() {
    this.addEventListener("input", () => this.later());
    this.addEventListener("change", () => this.later());
  }

  later() {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.show(), 300);
  }

  /** @param {string} selector */
  held(selector) {
    return /** @type {HTMLInputElement | null} */ (this.querySelector(selector))?.value ?? "";
  }

  async show() {
    const asked = { pattern: this.held('[data-key="pattern"]'), reset: this.held('[data-key="reset"]'), day: this.held("[data-day]") };
    const answer = await fetch(this.dataset.url ?? "", { method: "POST", headers: { "X-CSRF-Token": csrfToken(), "X-Requested-With": "fetch" }, body: new URLSearchParams(asked), credentials: "same-origin" });
    if (answer.ok) this.querySelector("[data-numbers]")?.replaceChildren(document.createRange().createContextualFragment(await answer.text()));
  }
}

customElements.define("tw-numbers", Numbers);

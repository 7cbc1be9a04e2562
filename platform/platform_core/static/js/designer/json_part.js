// @ts-check
/** The part "Advanced: JSON": takes the text over when the box is left, if it is JSON. */
import { _ } from "../text.js";

class DesignJson extends HTMLElement {
  connectedCallback() {
    const area = /** @type {HTMLTextAreaElement} */ (this.querySelector("textarea"));
    const wrong = /** @type {HTMLElement} */ (this.querySelector('[role="alert"]'));
    area.addEventListener("change", () => {
      /** @type {unknown} */
      let value;
      try {
        value = JSON.parse(area.value);
      } catch (error) {
        wrong.textContent = _("This is no JSON: {reason}", { reason: String(/** @type {Error} */ (error).message) });
        wrong.hidden = false;
        area.setAttribute("aria-invalid", "true");
        return;
      }
      wrong.hidden = true;
      area.removeAttribute("aria-invalid");
      const patches = [{ op: "replace", path: this.dataset.at, value }];
      this.dispatchEvent(new CustomEvent("tw:design", { bubbles: true, detail: { patches, label: _("Change the definition") } }));
    });
  }
}

customElements.define("tw-design-json", DesignJson);

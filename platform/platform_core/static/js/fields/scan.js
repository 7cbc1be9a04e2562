// @ts-check
/** `<tw-scan>` reads a bar code with the camera into its input, where the browser knows how to. */
import { make } from "../dom.js";
import { _ } from "../text.js";

const FORMATS = ["ean_13", "ean_8", "upc_a", "code_128"];

class Scan extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector("input");
    if (this.button || !input || !("BarcodeDetector" in window) || !navigator.mediaDevices) return;
    this.input = input;
    this.button = make("button", { type: "button", class: "btn", "data-size": "sm" }, _("Scan"));
    this.button.addEventListener("click", () => (this.stream ? this.stop() : this.start()));
    input.after(this.button);
  }

  disconnectedCallback() {
    this.stop();
  }

  async start() {
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      this.button?.setAttribute("title", _("The camera cannot be used."));
      return;
    }
    this.video = make("video", { class: "scan", playsinline: "", "aria-label": _("Hold the bar code before the camera") });
    this.video.srcObject = this.stream;
    this.append(this.video);
    await this.video.play();
    const detector = new /** @type {any} */ (window).BarcodeDetector({ formats: FORMATS });
    this.look(detector);
  }

  /** @param {any} detector */
  async look(detector) {
    if (!this.video || !this.stream) return;
    const [found] = await detector.detect(this.video).catch(() => []);
    if (!found) {
      requestAnimationFrame(() => this.look(detector));
      return;
    }
    if (this.input) {
      this.input.value = found.rawValue;
      this.input.dispatchEvent(new Event("change", { bubbles: true }));
      this.input.focus();
    }
    this.stop();
  }

  stop() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = undefined;
    this.video?.remove();
    this.video = undefined;
  }
}

customElements.define("tw-scan", Scan);

// @ts-check
/** `<tw-signature>` draws a signature with mouse, finger or pen, or writes it from the keyboard, and sends the picture
 * the way a file is sent. Without JavaScript a picture is uploaded. */
import { make } from "../dom.js";
import { _ } from "../text.js";

const [WIDE, HIGH] = [600, 200];

class Signature extends HTMLElement {
  connectedCallback() {
    const files = /** @type {any} */ (this.querySelector("tw-files"));
    if (this.canvas || !files || this.closest("fieldset[disabled]")) return;
    this.files = files;
    this.canvas = make("canvas", { class: "signature", width: String(WIDE), height: String(HIGH), role: "img", "aria-label": _("Sign here with mouse, finger or pen") });
    this.name_ = make("input", { class: "input", type: "text", "aria-label": _("Or type your name"), placeholder: _("Or type your name"), autocomplete: "name" });
    this.use = make("button", { type: "button", class: "btn", "data-size": "sm", disabled: true }, _("Use this signature"));
    const clear = make("button", { type: "button", class: "btn", "data-size": "sm", "data-kind": "quiet" }, _("Clear"));
    this.prepend(make("div", { class: "stack" }, this.canvas, make("div", { class: "row wrap" }, this.name_, this.use, clear)));
    this.pen = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    Object.assign(this.pen, { lineWidth: 3, lineCap: "round", lineJoin: "round", strokeStyle: "#14213d", fillStyle: "#14213d" });
    this.canvas.addEventListener("pointerdown", (event) => this.down(event));
    this.canvas.addEventListener("pointermove", (event) => this.move(event));
    this.name_.addEventListener("input", () => this.write());
    this.name_.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); this.send(); } });
    this.use.addEventListener("click", () => this.send());
    clear.addEventListener("click", () => { this.clear(); if (this.name_) this.name_.value = ""; });
    this.closest("form")?.addEventListener("submit", (event) => this.hold(event), { capture: true });
  }

  /** @param {PointerEvent} event @returns {[number, number]} */
  at(event) {
    const box = /** @type {HTMLCanvasElement} */ (this.canvas).getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * WIDE, ((event.clientY - box.top) / box.height) * HIGH];
  }

  /** @param {PointerEvent} event */
  down(event) {
    event.preventDefault();
    this.canvas?.setPointerCapture(event.pointerId);
    this.pen?.beginPath();
    this.pen?.moveTo(...this.at(event));
    this.move(event);
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (!this.canvas?.hasPointerCapture(event.pointerId)) return;
    this.pen?.lineTo(...this.at(event));
    this.pen?.stroke();
    this.drawn(true);
  }

  write() {
    const text = this.name_?.value.trim() ?? "";
    this.clear();
    if (!text || !this.pen) return;
    this.pen.font = "italic 72px 'Segoe Script', 'Brush Script MT', cursive";
    this.pen.textBaseline = "middle";
    this.pen.textAlign = "center";
    this.pen.fillText(text, WIDE / 2, HIGH / 2, WIDE - 40);
    this.drawn(true);
  }

  clear() {
    this.pen?.clearRect(0, 0, WIDE, HIGH);
    this.drawn(false);
  }

  /** @param {boolean} something */
  drawn(something) {
    if (this.use) this.use.disabled = !something;
  }

  /** A signature that was drawn and not yet sent goes first; then the form goes. @param {SubmitEvent} event */
  hold(event) {
    if (!this.isConnected || this.use?.disabled !== false) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const form = /** @type {HTMLFormElement} */ (event.target);
    this.files.addEventListener("tw:change", () => form.requestSubmit(event.submitter), { once: true });
    this.send();
  }

  send() {
    if (!this.canvas || this.use?.disabled) return;
    const day = new Date().toISOString().slice(0, 16).replace("T", " ").replace(":", ".");
    this.canvas.toBlob((blob) => {
      if (!blob) return;
      this.drawn(false);
      this.files.take([new File([blob], `${_("Signature")} ${day}.png`, { type: "image/png" })]);
    }, "image/png");
  }
}

customElements.define("tw-signature", Signature);

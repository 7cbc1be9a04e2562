// @ts-check
/** `<tw-lookup>` finds records, users and teams on the server. Ids travel in hidden inputs that stand inside it. */
import { icon, make } from "./dom.js";
import { send } from "./net.js";
import { OptionList, token } from "./options.js";
import { _ } from "./text.js";

/** @typedef {{id: string, title: string, code?: string, note?: string}} Hit */
const MAKE = "\u0000make";

class Lookup extends HTMLElement {
  connectedCallback() {
    if (this.list) return;
    const input = /** @type {HTMLInputElement | null} */ (this.querySelector("input[data-text]"));
    if (!input) return;
    this.input = input;
    this.many = this.dataset.many !== undefined;
    /** @type {number} */
    this.asked = 0;
    this.timer = 0;
    // without JavaScript this input sends a code; with it the ids are sent
    input.removeAttribute("name");
    input.classList.remove("input");
    this.opener = make("button", { type: "button", class: "open", tabindex: "-1", "aria-label": _("Show choices"), disabled: input.disabled || input.readOnly }, icon(input.readOnly ? "lock" : "search"));
    this.wrap = make("div", { class: "wrap combo", "data-invalid": input.getAttribute("aria-invalid") === "true", "data-off": this.dataset.off !== undefined });
    input.before(this.wrap);
    this.wrap.append(input, this.opener);
    this.list = new OptionList(input, this.wrap, { pick: (item) => this.pick(item.value), open: () => this.ask(""), many: this.many });
    /** @type {Hit[]} */
    this.hits = [];
    if (!input.readOnly && !input.disabled) this.listen();
    this.draw();
  }

  disconnectedCallback() {
    this.list?.hide();
  }

  /** @returns {HTMLInputElement[]} */
  get held() {
    return [...this.querySelectorAll('input[type="hidden"]')].map((one) => /** @type {HTMLInputElement} */ (one)).filter((one) => one.value);
  }

  listen() {
    const { input, list, opener } = this;
    if (!input || !list || !opener) return;
    input.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.ask(input.value.trim()), 150);
    });
    input.addEventListener("focus", () => input.select());
    input.addEventListener("click", () => { if (!list.isOpen) this.ask(""); });
    input.addEventListener("blur", () => this.leave());
    input.addEventListener("keydown", (event) => {
      if (event.key === "Backspace" && this.many && !input.value) this.drop(this.held.pop());
    });
    opener.addEventListener("mousedown", (event) => event.preventDefault());
    opener.addEventListener("click", () => { input.focus(); if (list.isOpen) list.hide(); else this.ask(""); });
  }

  /** Where to ask: a field whose offer a rule narrows says what the fields that the rule reads hold right now. */
  address() {
    const box = /** @type {HTMLElement | null} */ (this.closest("[data-offers]"));
    const url = new URL(box?.dataset.offers ?? this.dataset.url ?? "", document.baseURI);
    const form = this.closest("form");
    for (const name of box && form ? (box.dataset.offersWith ?? "").split(" ").filter(Boolean) : []) {
      const value = new FormData(/** @type {HTMLFormElement} */ (form)).get(name);
      if (typeof value === "string") url.searchParams.set(`with.${name}`, value);
    }
    return url;
  }

  /** @param {string} query */
  async ask(query) {
    const turn = (this.asked ?? 0) + 1;
    this.asked = turn;
    const url = this.address();
    url.searchParams.set("q", query);
    this.input?.setAttribute("aria-busy", "true");
    const answer = await send("GET", url.href).catch(() => null);
    if (turn !== this.asked) return;
    this.input?.removeAttribute("aria-busy");
    if (document.activeElement !== this.input) return;
    this.hits = answer?.items ?? [];
    const ids = new Set(this.held.map((one) => one.value));
    const items = this.hits.map((hit) => ({ value: hit.id, label: hit.title, note: hit.note ?? hit.code, selected: ids.has(hit.id) }));
    if (this.dataset.create && query) items.push(/** @type {any} */ ({ value: MAKE, label: _("Create “{name}”", { name: query }), make: true }));
    this.list?.show(items, query, answer ? _("Nothing found") : _("The search did not answer. Type again."));
  }

  /** @param {string} id */
  pick(id) {
    const { input, list } = this;
    if (!input || !list) return;
    if (id === MAKE) {
      const url = new URL(this.dataset.create ?? "", document.baseURI);
      url.searchParams.set("title", input.value.trim());
      window.open(url.href, "_blank", "noopener");
      return list.hide();
    }
    const hit = this.hits?.find((one) => one.id === id);
    const already = this.held.find((one) => one.value === id);
    if (already && this.many) this.drop(already);
    else if (hit) {
      if (!this.many) for (const old of this.held) old.remove();
      this.append(make("input", { type: "hidden", name: this.dataset.name, value: hit.id, "data-title": hit.title, "data-code": hit.code }));
    }
    input.value = "";
    list.hide();
    this.changed();
    if (!this.many) input.select();
  }

  /** @param {HTMLInputElement | undefined} held */
  drop(held) {
    if (!held) return;
    held.remove();
    this.changed();
  }

  changed() {
    this.draw();
    this.dispatchEvent(new Event("tw:change", { bubbles: true }));
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** An emptied box clears; other text that was not picked goes. */
  leave() {
    clearTimeout(this.timer);
    this.asked = (this.asked ?? 0) + 1;
    this.list?.hide();
    if (!this.many && this.input?.value.trim() === "" && this.held.length) this.drop(this.held[0]);
    else this.draw();
  }

  draw() {
    const { input, wrap } = this;
    if (!input || !wrap) return;
    // a cleared single value must still be sent, as empty
    this.querySelector("input[data-none]")?.remove();
    if (!this.many && !this.held.length) this.append(make("input", { type: "hidden", name: this.dataset.name, value: "", "data-none": true }));
    if (!this.many) { input.value = this.held[0]?.dataset.title ?? ""; return; }
    for (const old of wrap.querySelectorAll(".token")) old.remove();
    for (const held of this.held) {
      const { chip, button } = token(held.dataset.title ?? held.value, () => { this.drop(held); input.focus(); });
      button.append(icon("x"));
      wrap.insertBefore(chip, input);
    }
  }
}

customElements.define("tw-lookup", Lookup);

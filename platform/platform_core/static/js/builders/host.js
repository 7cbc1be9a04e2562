// @ts-check
/** `<tw-draft data-draft data-check data-rev>`: a page that hosts parts of a definition. It saves what they change
 * (`tw:design`) as patches of the draft, one save after the other, and tells where the draft stands and what is wrong. */
import { icon, make } from "../dom.js";
import { failureText, send } from "../net.js";
import { _ } from "../text.js";

/** @typedef {{pointer: string, message: string, detail?: string, remedy?: string}} Problem */

class DraftHost extends HTMLElement {
  /** Patches that are not saved yet. @type {object[]} */
  waiting = [];
  started = false;
  running = false;
  stopped = false;
  rev = 0;

  connectedCallback() {
    if (this.started) return;
    this.started = true;
    this.rev = Number(this.dataset.rev ?? "0");
    this.addEventListener("tw:design", (event) => {
      this.waiting.push(.../** @type {CustomEvent} */ (event).detail.patches);
      this.save();
    });
    addEventListener("beforeunload", (event) => { if (this.running || this.waiting.length) event.preventDefault(); });
  }

  /** Saves what waits. @returns {Promise<void>} */
  async save() {
    if (this.running || this.stopped || !this.waiting.length) return;
    this.running = true;
    const patches = this.waiting.splice(0);
    this.say(_("Saving…"));
    try {
      const answer = await send("PATCH", this.dataset.draft ?? "", { rev: this.rev, patches });
      this.rev = answer.rev;
      this.say(_("Draft saved"));
      this.complain("");
    } catch (error) {
      const { status, message } = /** @type {{status?: number, message: string}} */ (error);
      this.waiting.unshift(...patches);
      if (status === 409 || status === 412) this.stop();
      else {
        this.complain(status ? message : failureText(0));
        if (!status || status >= 500) setTimeout(() => this.save(), 3000);
      }
      this.say(_("Not saved"));
      this.running = false;
      return;
    }
    this.running = false;
    if (this.waiting.length) return this.save();
    await this.check();
    this.dispatchEvent(new CustomEvent("tw:saved", { bubbles: true, detail: { rev: this.rev } }));
  }

  /** Somebody else has changed the draft: nothing more is saved from here. */
  stop() {
    this.stopped = true;
    this.complain(_("Somebody else has changed this draft. Reload the page to go on from theirs; what you changed last is not saved."));
  }

  async check() {
    const list = this.querySelector("[data-problems]");
    if (!list) return;
    try {
      const answer = await send("POST", this.dataset.check ?? "", {});
      const problems = /** @type {Problem[]} */ (answer.problems ?? answer.errors ?? []);
      list.replaceChildren(...problems.map((one) => make("li", { "data-tone": "danger" }, icon("stop"), make("code", { text: one.pointer || "/" }), make("span", { text: `${one.message} ${one.remedy ?? ""}` }))));
      /** @type {HTMLElement} */ (list.closest("section") ?? list).hidden = problems.length === 0;
    } catch {
      this.complain(failureText(0));
    }
  }

  /** @param {string} text */
  say(text) {
    const told = this.querySelector("[data-told]");
    if (told) told.textContent = text;
  }

  /** @param {string} text */
  complain(text) {
    const trouble = /** @type {HTMLElement | null} */ (this.querySelector("[data-trouble]"));
    if (!trouble) return;
    trouble.textContent = text;
    trouble.hidden = !text;
  }
}

customElements.define("tw-draft", DraftHost);

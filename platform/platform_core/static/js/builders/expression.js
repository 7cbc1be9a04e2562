// @ts-check
/** `<tw-expression data-form="trade_crm.account" data-expect="bool" data-filter>` around a text area: names and functions
 * are completed while one types, and what is wrong is shown at its place at once. Its `value` is the text. */
import { freshId, home, make, place } from "../dom.js";
import { send } from "../net.js";
import { _ } from "../text.js";

/** @typedef {{text: string, label: string, kind: string, help: string}} Word
 *  @typedef {{message: string, remedy: string, start: number, end: number}} Found
 *  @typedef {{text: string | null, problems: Found[], type: string, tree: unknown}} Checked */

const PAUSE = 300;
/** @type {Map<string, Promise<Word[]>>} */
const known = new Map();

/** The words behind a path of a form; asked once per page. @param {string} form @param {string} above */
function words(form, above) {
  const key = `${form}|${above}`;
  let found = known.get(key);
  if (!found) {
    found = send("GET", `/admin/expressions/${encodeURIComponent(form)}/words?above=${encodeURIComponent(above)}`).then((answer) => answer.words, () => { known.delete(key); return []; });
    known.set(key, found);
  }
  return found;
}

/** Asks the server about a text or about clicks. @param {string} form @param {object} asked @returns {Promise<Checked>} */
export function check(form, asked) {
  return send("POST", `/admin/expressions/${encodeURIComponent(form)}/check`, asked);
}

export class Expression extends HTMLElement {
  connectedCallback() {
    if (this.area) return;
    this.area = /** @type {HTMLTextAreaElement} */ (this.querySelector("textarea"));
    this.wrong = make("p", { class: "build-wrong", id: freshId("expression-wrong"), role: "status", hidden: true });
    this.area.after(this.wrong);
    this.area.setAttribute("aria-describedby", this.wrong.id);
    this.area.setAttribute("aria-autocomplete", "list");
    this.area.addEventListener("input", () => { this.look(); this.offer(); });
    this.area.addEventListener("keydown", (event) => this.keyed(event));
    this.area.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    if (this.area.value.trim()) this.look();
  }

  get value() {
    return this.area?.value ?? "";
  }

  get form() {
    return this.dataset.form ?? "";
  }

  /** Checks the text once nobody has typed for a moment. */
  look() {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.check(), PAUSE);
  }

  async check() {
    const text = this.value;
    if (!text.trim()) return this.show([]);
    if (!this.form) return undefined;
    try {
      const answer = await check(this.form, { text, expect: this.dataset.expect ?? "", filter: this.dataset.filter !== undefined });
      if (this.value === text) this.show(answer.problems, answer.type);
      this.dispatchEvent(new CustomEvent("tw:checked", { detail: answer }));
      return answer;
    } catch {
      return undefined; // publishing checks it again
    }
  }

  /** The text with what is wrong marked, and the sentences below. @param {Found[]} problems @param {string} [type] */
  show(problems, type = "") {
    const { area, wrong } = this;
    if (!area || !wrong) return;
    area.toggleAttribute("aria-invalid", problems.length > 0);
    if (problems.length) area.setAttribute("aria-invalid", "true");
    wrong.hidden = !problems.length;
    const points = Array.from(area.value);
    const [first] = problems;
    const marked = first ? [points.slice(0, first.start).join(""), make("mark", { text: points.slice(first.start, Math.max(first.end, first.start + 1)).join("") || " " }), points.slice(Math.max(first.end, first.start + 1)).join("")] : [];
    wrong.replaceChildren(make("bdi", { dir: "ltr" }, ...marked), ...problems.map((one) => make("span", { class: "error" }, `${one.message} ${one.remedy}`)));
    this.dataset.type = type;
  }

  /** The name that is being typed before the caret: what stands above it, and its beginning. */
  typed() {
    const area = /** @type {HTMLTextAreaElement} */ (this.area);
    const before = area.value.slice(0, area.selectionStart);
    const found = /((?:[A-Za-z_]\w*\.)*)([A-Za-z_]\w*)?$/.exec(before);
    return { above: (found?.[1] ?? "").replace(/\.$/, ""), start: found?.[2] ?? "" };
  }

  async offer() {
    const { above, start } = this.typed();
    if (!above && start.length < 1) return this.close();
    const found = await words(this.form, above);
    const now = this.typed();
    if (now.above !== above || document.activeElement !== this.area) return;
    const wanted = now.start.toLowerCase();
    const fitting = found.filter((one) => one.text.toLowerCase().startsWith(wanted) || (wanted.length > 1 && one.label.toLowerCase().includes(wanted))).slice(0, 12);
    if (!fitting.length || (fitting.length === 1 && fitting[0].text === now.start)) return this.close();
    this.open(fitting);
  }

  /** @param {Word[]} found */
  open(found) {
    this.close();
    const area = /** @type {HTMLTextAreaElement} */ (this.area);
    const box = make("div", { class: "build-suggest", role: "listbox", id: freshId("suggest"), popover: "manual", "aria-label": _("Suggestions") });
    box.append(...found.map((one, at) => make("div", { role: "option", id: `${box.id}-${at}`, "aria-selected": String(at === 0), title: one.help, onpointerdown: (/** @type {Event} */ event) => { event.preventDefault(); this.take(one); } }, make("code", { text: one.text, dir: "ltr" }), make("span", { class: "xs muted", text: one.label }))));
    home(this).append(box);
    box.showPopover();
    place(box, area);
    this.box = box;
    this.found = found;
    this.at = 0;
    area.setAttribute("aria-controls", box.id);
    area.setAttribute("aria-activedescendant", `${box.id}-0`);
  }

  close() {
    this.box?.remove();
    this.box = undefined;
    this.area?.removeAttribute("aria-activedescendant");
    this.area?.removeAttribute("aria-controls");
  }

  /** @param {KeyboardEvent} event */
  keyed(event) {
    if (!this.box || !this.found) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.at = ((this.at ?? 0) + step + this.found.length) % this.found.length;
      [...this.box.children].forEach((one, at) => one.setAttribute("aria-selected", String(at === this.at)));
      this.box.children[this.at].scrollIntoView({ block: "nearest" });
      this.area?.setAttribute("aria-activedescendant", `${this.box.id}-${this.at}`);
    } else if (event.key === "Enter" || event.key === "Tab") {
      event.preventDefault();
      this.take(this.found[this.at ?? 0]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
  }

  /** Puts a word for the beginning that was typed. @param {Word} word */
  take(word) {
    const area = /** @type {HTMLTextAreaElement} */ (this.area);
    const { start } = this.typed();
    area.setRangeText(word.text, area.selectionStart - start.length, area.selectionStart, "end");
    this.close();
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  }
}

customElements.define("tw-expression", Expression);

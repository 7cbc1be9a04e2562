// @ts-check
/** `<tw-json>`: a textarea for JSON with colours, line numbers, marks at problems, and completion from a JSON Schema.
 * Ctrl Space proposes, ↑ ↓ choose, Enter or Tab take, Esc closes; after Esc, Tab leaves the editor. */
import { icon, make } from "../dom.js";
import { send } from "../net.js";
import { _, ngettext } from "../text.js";
import { Hints } from "./hints.js";
import { scan, placeOf } from "./scan.js";

/** @typedef {{pointer: string, message: string, remedy?: string, severity?: "error" | "warning" | "info"}} Problem */
const CLASSES = { string: "js", number: "jn", word: "jc", mark: "", bad: "jbad" };
const TONES = { error: "danger", warning: "gold", info: "sky" };

/** Lines coloured beyond those in sight. */
const AROUND = 80;

/** Where a line begins. @param {string} text @param {number} line from 0 */
function offsetOf(text, line) {
  let at = 0;
  for (let left = line; left > 0; left -= 1) {
    const next = text.indexOf("\n", at);
    if (next < 0) return text.length;
    at = next + 1;
  }
  return at;
}

class JsonEditor extends HTMLElement {
  connectedCallback() {
    if (this.area) return;
    const area = this.querySelector("textarea");
    if (!area) return;
    this.area = area;
    /** @type {number} */
    this.counted = 0;
    /** @type {Problem[]} */
    this.problems = JSON.parse(this.dataset.problems || "[]");
    this.copy = make("pre", { class: "jx-copy", "aria-hidden": "true" });
    this.lines = make("div", { class: "jx-lines", "aria-hidden": "true" });
    this.list = make("ul", { class: "jx-list", "aria-label": _("Problems"), hidden: true });
    this.place = make("span", { class: "num", "aria-live": "off" });
    this.word = make("span", { role: "status" });
    area.classList.remove("textarea");
    for (const [name, value] of Object.entries({ spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off" })) area.setAttribute(name, value);
    const tidy = make("button", { class: "link xs", type: "button", text: _("Tidy up"), onclick: () => this.tidy() });
    const keys = make("span", { class: "only-wide", text: _("Ctrl Space completes. Esc, then Tab leaves.") });
    this.box = make("div", { class: "jx" }, this.lines, make("div", { class: "jx-page" }, this.copy, area));
    this.box.style.setProperty("--jx-h", `${Math.max(6, area.rows) * 1.25 + 1.5}rem`);
    this.append(this.box, make("div", { class: "jx-foot" }, this.place, this.word, make("span", { class: "push row" }, keys, area.readOnly ? null : tidy)), this.list);
    this.hints = new Hints(area, this.copy);
    this.found = scan("");
    this.listen(area);
    this.draw();
    if (this.dataset.schema) send("GET", this.dataset.schema).then((schema) => { if (this.hints) this.hints.schema = schema; }).catch(() => undefined);
  }

  disconnectedCallback() {
    this.hints?.hide();
  }

  /** @param {HTMLTextAreaElement} area */
  listen(area) {
    area.addEventListener("input", (event) => {
      this.problems = (this.problems ?? []).filter((one) => one.severity === "info");
      this.draw();
      const typed = /** @type {InputEvent} */ (event).data;
      if (this.hints?.isOpen || typed === '"') this.hints?.open(this.scanned());
    });
    area.addEventListener("keydown", (event) => this.key(event, area));
    area.addEventListener("blur", () => this.hints?.hide());
    let frame = 0;
    this.box?.addEventListener("scroll", () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => this.colour());
    }, { passive: true });
    document.addEventListener("selectionchange", () => { if (document.activeElement === area) this.tell(); });
    // the server's answer to a check: HX-Trigger {"tw:problems": {"items": […]}}
    document.addEventListener("tw:problems", (event) => {
      const { items, target } = /** @type {CustomEvent} */ (event).detail;
      if (target && target !== this.id) return;
      this.problems = items;
      this.draw();
    });
    this.list?.addEventListener("click", (event) => {
      const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("button[data-at]"));
      if (button) this.go(Number(button.dataset.at), Number(button.dataset.to));
    });
  }

  scanned() {
    return this.found ?? scan("");
  }

  /** @param {KeyboardEvent} event @param {HTMLTextAreaElement} area */
  key(event, area) {
    if (this.hints?.key(event)) return;
    if (event.ctrlKey && event.code === "Space") { event.preventDefault(); this.hints?.open(this.scanned()); }
    else if (event.key === "Escape") this.free = true;
    else if (event.key === "Tab" && !this.free && !area.readOnly && !event.ctrlKey && !event.altKey) { event.preventDefault(); this.indent(event.shiftKey); }
    else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && !area.readOnly) { event.preventDefault(); this.newLine(); }
    else if (event.key !== "Shift" && event.key !== "Tab") this.free = false;
  }

  /** Writes like a keyboard does, so that undo works. @param {string} text */
  type(text) {
    const area = /** @type {HTMLTextAreaElement} */ (this.area);
    if (!document.execCommand("insertText", false, text)) area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  }

  /** @param {boolean} back */
  indent(back) {
    const area = /** @type {HTMLTextAreaElement} */ (this.area);
    const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
    if (!back && area.selectionStart === area.selectionEnd) return this.type("  ");
    const stop = area.selectionEnd;
    const block = area.value.slice(start, stop);
    const moved = block.split("\n").map((line) => (back ? line.replace(/^ {1,2}/, "") : `  ${line}`)).join("\n");
    area.setSelectionRange(start, stop);
    this.type(moved);
    area.setSelectionRange(start, start + moved.length);
  }

  newLine() {
    const area = /** @type {HTMLTextAreaElement} */ (this.area);
    const before = area.value.slice(0, area.selectionStart);
    const depth = /^ */.exec(before.slice(before.lastIndexOf("\n") + 1))?.[0] ?? "";
    const opens = /[{[]\s*$/.test(before);
    const closes = opens && /^\s*[}\]]/.test(area.value.slice(area.selectionEnd));
    this.type(`\n${depth}${opens ? "  " : ""}`);
    if (!closes) return;
    const caret = area.selectionStart;
    this.type(`\n${depth}`);
    area.setSelectionRange(caret, caret);
  }

  tidy() {
    const area = /** @type {HTMLTextAreaElement} */ (this.area);
    if (this.scanned().mistake) { area.focus(); return; }
    area.focus();
    area.select();
    this.type(JSON.stringify(JSON.parse(area.value), null, 2));
    area.setSelectionRange(0, 0);
  }

  /** @param {number} from @param {number} to */
  go(from, to) {
    const area = /** @type {HTMLTextAreaElement} */ (this.area);
    area.focus();
    area.setSelectionRange(from, to);
    const box = /** @type {HTMLElement} */ (this.box);
    const height = parseFloat(getComputedStyle(box).lineHeight) || 20;
    box.scrollTop = (area.value.slice(0, from).split("\n").length - 1) * height - box.clientHeight / 2;
  }

  draw() {
    const text = this.area?.value ?? "";
    this.found = scan(text);
    this.colour();
    this.drawProblems(text);
    this.tell();
    this.hints?.moved();
  }

  /** Lines in sight, with some above and below. @returns {[number, number]} */
  window_() {
    const box = /** @type {HTMLElement} */ (this.box);
    const height = parseFloat(getComputedStyle(box).lineHeight) || 20;
    const first = Math.floor(box.scrollTop / height);
    return [Math.max(0, first - AROUND), first + Math.ceil(box.clientHeight / height) + AROUND];
  }

  /** Colours what is in sight; the rest of a long text stays plain, so that typing stays quick. */
  colour() {
    const text = this.area?.value ?? "";
    const { mistake, tokens } = this.scanned();
    const [from, to] = this.window_();
    const start = offsetOf(text, from);
    const end = offsetOf(text, to);
    const parts = document.createDocumentFragment();
    let at = 0;
    for (const token of tokens) {
      if (token.end < start) continue;
      if (token.start > end) break;
      if (token.start > at) parts.append(text.slice(at, token.start));
      const bad = mistake && mistake.offset >= token.start && mistake.offset < token.end;
      const name = bad ? "jbad" : token.key ? "jk" : CLASSES[token.type];
      const piece = text.slice(token.start, token.end);
      parts.append(name ? make("span", { class: name, text: piece }) : piece);
      at = token.end;
    }
    parts.append(`${text.slice(at)}\n`);
    this.copy?.replaceChildren(parts);
  }

  /** @param {string} text */
  drawProblems(text) {
    const { mistake } = this.scanned();
    const lineOf = (/** @type {number} */ offset) => text.slice(0, offset).split("\n").length;
    const all = (this.problems ?? []).map((one) => ({ ...one, ...placeOf(this.scanned(), one.pointer) }));
    if (mistake) all.unshift({ pointer: "", message: mistake.message, severity: "error", start: mistake.offset, end: mistake.offset + 1 });
    /** @type {Map<number, string>} */
    const tones = new Map();
    for (const one of [...all].reverse()) tones.set(lineOf(one.start), TONES[one.severity ?? "error"]);
    this.number(text.split("\n").length, tones);
    this.list?.replaceChildren(...all.map((one) => make("li", { "data-tone": TONES[one.severity ?? "error"] }, icon(one.severity === "info" ? "info" : one.severity === "warning" ? "warn" : "stop"),
      make("button", { class: "link num", type: "button", "data-at": one.start, "data-to": one.end, text: _("line {n}", { n: lineOf(one.start) }) }),
      make("span", {}, one.message, one.pointer ? make("code", { text: `  ${one.pointer}` }) : null), one.remedy ? make("span", { class: "remedy", text: one.remedy }) : null)));
    if (this.list) this.list.hidden = all.length === 0;
    const errors = all.filter((one) => (one.severity ?? "error") === "error").length;
    this.area?.setAttribute("aria-invalid", String(errors > 0));
    if (this.word) this.word.textContent = errors ? ngettext("{n} error", "{n} errors", errors) : _("No errors");
  }

  /** Line numbers as one text, and a mark over those with a problem. @param {number} count @param {Map<number, string>} tones */
  number(count, tones) {
    if (!this.lines) return;
    if (this.counted !== count) this.numbers = Array.from({ length: count }, (_unused, index) => index + 1).join("\n");
    this.counted = count;
    this.lines.replaceChildren(this.numbers ?? "", ...[...tones].map(([line, tone]) => {
      const mark = make("i", { "data-tone": tone, text: line });
      mark.style.setProperty("--at", String(line - 1));
      return mark;
    }));
  }

  tell() {
    const area = this.area;
    if (!area || !this.place) return;
    const before = area.value.slice(0, area.selectionStart);
    this.place.textContent = _("line {line}, column {column}", { line: before.split("\n").length, column: before.length - before.lastIndexOf("\n") });
  }
}

customElements.define("tw-json", JsonEditor);

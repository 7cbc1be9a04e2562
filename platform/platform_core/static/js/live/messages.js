// @ts-check
/** What fails, told beside the field and in one place before "Save"; and what changed, told to screen readers in one go. */
import { icon, make } from "../dom.js";
import { _, ngettext } from "../text.js";
import { actors } from "./controls.js";

/** How long things gather before they are read out, in milliseconds. */
const PAUSE = 700;
/** More news than this is a number, not a list. */
const FEW = 3;

/** Shows the message of a failing check at a field or cell, or takes it away. @param {HTMLElement} box @param {string} message "" for none */
export function tell(box, message) {
  const known = /** @type {HTMLElement | null} */ (box.querySelector(":scope > [data-live-error]"));
  if ((known?.textContent ?? "") === message) return;
  known?.remove();
  const id = known?.id || `live-${(counter += 1)}`;
  for (const one of actors(box)) {
    if (one instanceof HTMLButtonElement || one.getAttribute("aria-hidden") === "true") continue;
    describe(one, id, message !== "");
  }
  for (const wrap of box.querySelectorAll(".wrap")) wrap.toggleAttribute("data-invalid", message !== "" || own(box));
  if (message) box.append(make("span", { class: "error", id, "data-live-error": "" }, icon("stop"), make("span", { text: message })));
}

let counter = 0;

/** Whether the server has something to say there. @param {HTMLElement} box */
function own(box) {
  return box.querySelector(".error:not([data-live-error])") !== null;
}

/** @param {Element} control @param {string} id @param {boolean} wrong */
function describe(control, id, wrong) {
  const rest = (control.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
  const told = wrong ? [id, ...rest] : rest;
  if (told.length) control.setAttribute("aria-describedby", told.join(" "));
  else control.removeAttribute("aria-describedby");
  const serverSaysSo = control.getAttribute("aria-invalid") === "true" && control.getAttribute("data-live-invalid") === null;
  control.toggleAttribute("data-live-invalid", wrong && !serverSaysSo);
  if (wrong) control.setAttribute("aria-invalid", "true");
  else if (!serverSaysSo) control.removeAttribute("aria-invalid");
}

/** The one place before "Save". Each line leads to its field. */
export class Summary {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.list = make("ul", { class: "plain stack" });
    this.title = make("div", { class: "title" });
    this.box = make("div", { class: "banner", "data-tone": "warm", "data-live-summary": "" }, icon("warn"), make("div", {}, this.title, this.list));
    this.box.hidden = true;
    // Below all fields: above them it would push away what the reader looks at.
    const foot = form.querySelector(":scope > .form-foot");
    if (foot) foot.before(this.box);
    else form.append(this.box);
  }

  /** @param {{label: string, message: string, target: HTMLElement | null}[]} failures */
  show(failures) {
    this.box.hidden = failures.length === 0;
    this.title.textContent = ngettext("{n} thing does not fit yet", "{n} things do not fit yet", failures.length);
    this.list.replaceChildren(...failures.map(({ label, message, target }) => {
      const text = label ? `${label}: ${message}` : message;
      if (!target?.id) return make("li", { text });
      return make("li", {}, make("a", { href: `#${target.id}`, text, onclick: (/** @type {Event} */ event) => { event.preventDefault(); target.focus(); } }));
    }));
  }
}

/** Tells screen readers what changed by itself: once the reader pauses, and never the same twice. */
export class Announcer {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.region = make("div", { class: "sr", role: "status", "aria-live": "polite", "data-live-say": "" });
    form.append(this.region);
    /** @type {Map<string, string>} */
    this.news = new Map();
    this.timer = 0;
  }

  /** @param {string} about what the news is about: later news of it replace earlier @param {string} sentence "" where nothing is left to tell */
  add(about, sentence) {
    this.news.delete(about);
    if (sentence) this.news.set(about, sentence);
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.say(), PAUSE);
  }

  say() {
    const sentences = [...this.news.values()];
    this.news.clear();
    if (sentences.length === 0) return;
    const rest = sentences.length - FEW;
    const told = sentences.slice(0, FEW).join(" ");
    this.region.textContent = rest > 0 ? `${told} ${ngettext("{n} more field changed.", "{n} more fields changed.", rest)}` : told;
  }
}

/** What a change of state means in words; "" where it needs none. @param {string} label @param {import("./engine.js").State} before @param {import("./engine.js").State} after */
export function newsOf(label, before, after) {
  if (before.visible !== after.visible) {
    if (!after.visible) return _("{field} is not needed here.", { field: label });
    return after.required ? _("{field} appeared and is required.", { field: label }) : _("{field} appeared.", { field: label });
  }
  if (!after.visible) return "";
  if (before.closed !== after.closed) return after.closed ? _("{field} is closed.", { field: label }) : _("{field} is open.", { field: label });
  if (before.required === after.required) return "";
  return after.required ? _("{field} is required.", { field: label }) : _("{field} is no longer required.", { field: label });
}

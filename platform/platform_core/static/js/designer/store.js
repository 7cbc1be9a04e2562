// @ts-check
/** The draft in the browser: applied at once, kept in storage until the server has confirmed it, sent in order, undone by inverse patches. */
import { send } from "../net.js";
import { _ } from "../text.js";
import { between, merge } from "./merge.js";
import { apply, same } from "./pointer.js";

/** @typedef {import("./pointer.js").Patch} Patch */
/** @typedef {{patches: Patch[], inverse: Patch[], label: string}} Step */
/** @typedef {"saved" | "saving" | "lost" | "refused" | "stale"} State */
/** @typedef {{rev: number, definition: any, updated_by?: string, changes?: {sentence?: string}[]}} Theirs */

const STEPS = 100;
const PAUSES = [1_000, 2_000, 5_000, 10_000, 20_000]; // ms between attempts while the connection is lost

export class Draft extends EventTarget {
  /** @type {Step[]} */ #undo = [];
  /** @type {Step[]} */ #redo = [];
  /** @type {Step[]} */ #pending = [];
  /** @type {Theirs | null} */ #theirs = null;
  #sending = false;
  #attempts = 0;
  #timer = 0;
  /** @type {(() => void)[]} */ #waiting = [];

  /** @param {{url: string, keep: string, rev: number, definition: any}} from `keep`: the key in the browser's storage */
  constructor(from) {
    super();
    this.url = from.url;
    this.keep = from.keep;
    this.rev = from.rev;
    this.base = from.definition;
    this.doc = structuredClone(from.definition);
    /** @type {State} */
    this.state = "saved";
    addEventListener("online", () => { this.#attempts = 0; void this.#send(); });
  }

  get canUndo() { return this.#undo.length > 0; }
  get canRedo() { return this.#redo.length > 0; }
  get undoLabel() { return this.#undo.at(-1)?.label ?? ""; }
  get redoLabel() { return this.#redo.at(-1)?.label ?? ""; }
  get unsaved() { return this.#pending.length; }

  /** Changes the draft. `source` is handed on, so that who made a change is not told of it. @param {Patch[]} patches @param {string} label @param {unknown} [source] */
  change(patches, label, source) {
    if (!patches.length) return false;
    const step = this.#apply(patches, label, source);
    if (!step) return false;
    this.#undo.push(step);
    if (this.#undo.length > STEPS) this.#undo.shift();
    this.#redo = [];
    this.#queue(step);
    return true;
  }

  undo() { this.#back(this.#undo, this.#redo); }
  redo() { this.#back(this.#redo, this.#undo); }

  /** @param {Step[]} from @param {Step[]} to */
  #back(from, to) {
    const step = from.pop();
    if (!step) return;
    const taken = this.#apply(step.inverse, step.label, null);
    if (!taken) return;
    to.push(taken);
    this.#queue(taken);
  }

  /** @param {Patch[]} patches @param {string} label @param {unknown} source @returns {Step | null} */
  #apply(patches, label, source) {
    try {
      const made = apply(this.doc, patches);
      this.doc = made.doc;
      const step = { patches: structuredClone(patches), inverse: made.inverse, label };
      this.#tell("changed", { patches, label, source });
      return step;
    } catch (error) {
      this.#tell("refused", { label, reason: String(/** @type {Error} */ (error).message) });
      return null;
    }
  }

  /** @param {Step} step */
  #queue(step) {
    this.#pending.push(step);
    this.#store();
    void this.#send();
  }

  /** Sends everything that waits, and then what has come in the meantime. */
  async #send() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    if (this.#sending || this.#theirs || !this.#pending.length) return;
    this.#sending = true;
    this.#enter("saving");
    const steps = [...this.#pending];
    try {
      const answer = await send("PATCH", this.url, { rev: this.rev, patches: steps.flatMap((step) => step.patches) });
      this.#confirm(answer, steps.length);
    } catch (error) {
      this.#failed(/** @type {any} */ (error), steps);
    } finally {
      this.#sending = false;
    }
    if (this.state === "saving" && this.#pending.length && !this.#timer) void this.#send();
  }

  /** @param {{rev: number, definition: any}} answer @param {number} count steps that are in it */
  #confirm(answer, count) {
    this.rev = answer.rev;
    this.base = answer.definition;
    this.#pending.splice(0, count);
    this.#attempts = 0;
    this.#store();
    if (!this.#pending.length && !same(this.doc, this.base)) { // the server keeps it in its own words
      this.doc = structuredClone(this.base);
      this.#tell("changed", { patches: [{ op: "replace", path: "", value: this.doc }], label: "", source: null });
    }
    this.#enter(this.#pending.length ? "saving" : "saved");
    this.#tell("saved", {});
    if (!this.#pending.length) for (const go of this.#waiting.splice(0)) go();
  }

  /** @param {any} error @param {Step[]} steps */
  #failed(error, steps) {
    const status = error.status ?? 0;
    if (status === 409) this.#stale(error.problem, steps);
    else if (status === 0 || status === 401 || status === 429 || status >= 500) this.#again(status);
    else this.#refuse(error.message, steps);
  }

  /** @param {number} status */
  #again(status) {
    this.#enter("lost", status === 401 ? _("Not saved: your session has ended. Sign in in another tab; your changes are kept here.") : "");
    this.#timer = window.setTimeout(() => void this.#send(), PAUSES[Math.min(this.#attempts++, PAUSES.length - 1)]);
  }

  /** The canvas goes back to what the server has. @param {string} reason @param {Step[]} steps */
  #refuse(reason, steps) {
    const label = steps.map((step) => step.label).join(", ");
    this.#pending = [];
    this.#undo = [];
    this.#redo = [];
    this.doc = structuredClone(this.base);
    this.#store();
    this.#enter("refused");
    this.#tell("changed", { patches: [{ op: "replace", path: "", value: this.doc }], label, source: null });
    this.#tell("refused", { label, reason });
    for (const go of this.#waiting.splice(0)) go();
  }

  /** @param {any} problem @param {Step[]} steps */
  #stale(problem, steps) {
    const theirs = /** @type {Theirs | undefined} */ (problem?.theirs);
    if (!theirs) return this.#again(500);
    const sent = apply(this.base, steps.flatMap((step) => step.patches)).doc;
    if (same(theirs.definition, sent)) return this.#confirm(theirs, steps.length); // an answer of ours was lost
    if (same(theirs.definition, this.base)) { // published meanwhile: it says the same
      this.rev = theirs.rev;
      this.#timer = window.setTimeout(() => void this.#send(), 0);
      return;
    }
    this.#theirs = theirs;
    this.#enter("stale");
    this.#tell("stale", { theirs, mine: this.#pending.map((step) => step.label) });
  }

  /** After a stale draft: what the other admin has made, and mine is dropped. */
  takeTheirs() { this.#adopt((theirs) => theirs.definition); }

  /** After a stale draft: mine on top of theirs. */
  keepMine() { this.#adopt((theirs) => merge(this.base, this.doc, theirs.definition)); }

  /** @param {(theirs: Theirs) => any} made */
  #adopt(made) {
    const theirs = this.#theirs;
    if (!theirs) return;
    const next = made(theirs);
    this.#theirs = null;
    this.#pending = [];
    this.#undo = [];
    this.#redo = [];
    this.rev = theirs.rev;
    this.base = theirs.definition;
    this.doc = structuredClone(theirs.definition);
    this.#store();
    this.#enter("saved");
    this.#tell("changed", { patches: [{ op: "replace", path: "", value: this.doc }], label: "", source: null });
    this.change(between(theirs.definition, next), _("My changes"), null);
    for (const go of this.#waiting.splice(0)) go();
  }

  /** Resolves when everything is saved, or cannot be for now. @returns {Promise<boolean>} whether it is saved */
  async settled() {
    if (this.#pending.length && !this.#theirs && this.state !== "lost") await new Promise((go) => this.#waiting.push(() => go(null)));
    return this.#pending.length === 0;
  }

  /** Changes that an earlier visit could not save. Answers how many were brought back. */
  restore() {
    /** @type {{rev: number, base: any, steps: Step[]} | null} */
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(this.keep) ?? "null"); } catch { localStorage.removeItem(this.keep); }
    if (!kept?.steps?.length) return 0;
    const mine = apply(kept.base, kept.steps.flatMap((step) => step.patches)).doc;
    if (same(mine, this.doc)) { this.#store(); return 0; }
    if (!same(kept.base, this.base)) {
      this.#theirs = { rev: this.rev, definition: this.base };
      this.base = kept.base;
      this.doc = mine;
      this.#pending = kept.steps;
      this.#enter("stale");
      this.#tell("stale", { theirs: this.#theirs, mine: kept.steps.map((step) => step.label) });
      return 0;
    }
    this.doc = mine;
    this.#pending = kept.steps;
    this.#undo = kept.steps.slice(-STEPS);
    void this.#send();
    return kept.steps.length;
  }

  #store() {
    try {
      if (this.#pending.length) localStorage.setItem(this.keep, JSON.stringify({ rev: this.rev, base: this.base, steps: this.#pending }));
      else localStorage.removeItem(this.keep);
    } catch { /* a full storage: the page itself still holds everything */ }
  }

  /** @param {State} state @param {string} [text] */
  #enter(state, text = "") {
    this.state = state;
    this.#tell("state", { state, text });
    if (state !== "saving" && state !== "saved") for (const go of this.#waiting.splice(0)) go();
  }

  /** @param {string} name @param {unknown} detail */
  #tell(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail })); }
}

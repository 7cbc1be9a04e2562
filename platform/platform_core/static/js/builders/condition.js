// @ts-check
/** `<tw-condition>` around a `<tw-expression>`: the same condition by clicks. What clicks cannot express stays text.
 * Its `value` is the text. */
import "../filter.js";
import { icon, make } from "../dom.js";
import { send } from "../net.js";
import { _ } from "../text.js";
import { check } from "./expression.js";

/** @typedef {{match: string, rules: unknown[]}} Group
 *  @typedef {{match: string, groups: Group[]}} Tree
 *  @typedef {import("./expression.js").Expression} Expression */

/** @type {Map<string, Promise<unknown[]>>} */
const known = new Map();

/** @param {string} form @returns {Promise<unknown[]>} */
function fieldsOf(form) {
  let found = known.get(form);
  if (!found) {
    found = send("GET", `/admin/expressions/${encodeURIComponent(form)}/fields`).then((answer) => answer.fields);
    known.set(form, found);
  }
  return found;
}

class Condition extends HTMLElement {
  /** The clicks as they were asked about last. @type {string | undefined} */
  last;

  connectedCallback() {
    const closed = /** @type {HTMLDetailsElement | null} */ (this.closest("details:not([open])"));
    if (closed) closed.addEventListener("toggle", () => this.start(), { once: true }); // many rules, of which one is looked at
    else this.start();
  }

  async start() {
    if (this.typed) return;
    this.typed = /** @type {Expression} */ (this.querySelector("tw-expression"));
    this.clicks = make("div", { class: "stack", hidden: true });
    this.mode = make("button", { type: "button", class: "link xs", onclick: () => this.turn() });
    this.note = make("span", { class: "xs muted", role: "status" });
    this.prepend(this.clicks);
    this.append(make("div", { class: "row-wrap" }, this.mode, this.note));
    this.name(false);
    try {
      this.fields = await fieldsOf(this.typed.dataset.form ?? "");
      const answer = await check(this.typed.dataset.form ?? "", { text: this.value, expect: "bool" });
      if (answer.tree) this.draw(/** @type {Tree} */ (answer.tree));
    } catch {
      this.mode.hidden = true; // without the server it is edited as text
    }
  }

  get value() {
    return this.typed?.value ?? this.querySelector("textarea")?.value ?? "";
  }

  /** @param {boolean} byClicks */
  name(byClicks) {
    if (this.mode) this.mode.textContent = byClicks ? _("Edit as text") : _("Build by clicks");
  }

  /** From clicks to text and back, as far as the text allows. */
  async turn() {
    const { clicks, typed, note } = this;
    if (!clicks || !typed || !note) return;
    note.textContent = "";
    if (!clicks.hidden) {
      clicks.hidden = true;
      typed.toggleAttribute("data-shown", true);
      this.edit(true);
      this.name(false);
      typed.querySelector("textarea")?.focus();
      return;
    }
    const answer = await check(typed.dataset.form ?? "", { text: this.value, expect: "bool" });
    if (answer.tree) this.draw(/** @type {Tree} */ (answer.tree));
    else note.textContent = _("This says more than clicks can: it stays text.");
  }

  /** Whether the text may be typed into; beside the clicks it only shows what they mean. @param {boolean} free */
  edit(free) {
    const area = this.querySelector("textarea");
    if (area) area.readOnly = !free;
  }

  /** @param {Tree} tree */
  draw(tree) {
    const { clicks } = this;
    if (!clicks) return;
    const options = [["all", _("all of these groups")], ["any", _("any of these groups")]];
    const match = make("select", { class: "select", "aria-label": _("Groups"), "data-size": "sm" }, ...options.map(([value, text]) => make("option", { value, selected: value === tree.match, text })));
    const groups = make("div", { class: "stack" });
    const add = make("button", { type: "button", class: "btn", "data-kind": "quiet", "data-size": "sm", onclick: () => { this.group({ match: "all", rules: [] }); this.changed(); } }, icon("plus"), _("Add a group"));
    const head = make("div", { class: "row sm" }, match);
    clicks.replaceChildren(head, groups, add);
    this.match = match;
    this.groups = groups;
    this.head = head;
    for (const group of tree.groups.length ? tree.groups : [{ match: "all", rules: [] }]) this.group(group);
    clicks.hidden = false;
    this.edit(false);
    this.name(true);
    clicks.addEventListener("input", () => this.changed());
    clicks.addEventListener("change", () => this.changed());
    clicks.addEventListener("click", () => this.changed());
    this.heads();
  }

  /** @param {Group} group */
  group(group) {
    const filter = make(/** @type {any} */ ("tw-filter"), { "data-name": "", "data-fields": JSON.stringify(this.fields), "data-value": JSON.stringify(group) });
    const remove = make("button", { type: "button", class: "link xs", onclick: () => { box.remove(); this.heads(); this.changed(); } }, _("Remove this group"));
    const box = make("div", { class: "build-cond", role: "group", "aria-label": _("Group of conditions") }, filter, remove);
    this.groups?.append(box);
    this.heads();
  }

  heads() {
    const many = (this.groups?.children.length ?? 0) > 1;
    if (this.head) this.head.hidden = !many;
    for (const remove of this.groups?.querySelectorAll(":scope > .build-cond > .link") ?? []) /** @type {HTMLElement} */ (remove).hidden = !many;
  }

  changed() {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.say(), 250);
  }

  /** Writes what the clicks mean. */
  async say() {
    const { typed, groups, match } = this;
    if (!typed || !groups || !match) return;
    const held = [...groups.querySelectorAll('tw-filter > input[type="hidden"]')].map((one) => /** @type {HTMLInputElement} */ (one).value).filter(Boolean);
    const tree = { match: match.value, groups: held.map((one) => JSON.parse(one)) };
    const text = JSON.stringify(tree);
    if (text === this.last) return;
    this.last = text;
    const answer = await check(typed.dataset.form ?? "", { tree, expect: "bool", filter: typed.dataset.filter !== undefined });
    if (this.last !== text) return;
    const area = /** @type {HTMLTextAreaElement} */ (typed.querySelector("textarea"));
    if (answer.text !== null && area.value !== answer.text) {
      area.value = answer.text;
      this.dispatchEvent(new Event("change", { bubbles: true }));
    }
    typed.show(answer.problems, answer.type);
  }
}

customElements.define("tw-condition", Condition);

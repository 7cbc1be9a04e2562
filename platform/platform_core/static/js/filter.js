// @ts-check
/** `<tw-filter>` builds a filter from conditions. It keeps one hidden input with
 * `{"match": "all" | "any", "rules": [{"field", "op", "value"}]}`; the server turns that into an expression. */
import { icon, make } from "./dom.js";
import { _ } from "./text.js";

/** @typedef {{key: string, label: string, values: number | "many"}} Operator  how many values it takes
 *  @typedef {{name: string, label: string, type: string, operators: Operator[], options?: {value: string, label: string}[], url?: string}} Field
 *  @typedef {{field: string, op: string, value: unknown}} Rule */

/** Input types by field type; anything else is text. @type {Record<string, string>} */
const INPUTS = { date: "date", datetime: "datetime-local" };
const NUMBERS = new Set(["integer", "decimal", "percent", "money"]);

/** @param {{value: string, label: string}[]} options @param {string} value @param {Record<string, unknown>} props */
function select(options, value, props) {
  return make("select", { class: "select", ...props }, ...options.map((one) => make("option", { value: one.value, selected: one.value === value, text: one.label })));
}

class Filter extends HTMLElement {
  connectedCallback() {
    if (this.rows) return;
    /** @type {Field[]} */
    this.fields = JSON.parse(this.dataset.fields ?? "[]");
    const held = JSON.parse(this.dataset.value || "{}");
    this.hidden_ = make("input", { type: "hidden", name: this.dataset.name });
    this.match = select([{ value: "all", label: _("all of these") }, { value: "any", label: _("any of these") }], held.match ?? "all", { "aria-label": _("Records must meet"), "data-size": "sm" });
    this.rows = make("div", { class: "stack", role: "group", "aria-label": _("Conditions") });
    const add = make("button", { class: "btn", type: "button", "data-size": "sm", "data-kind": "quiet", onclick: () => this.add(undefined, true) }, icon("plus"), _("Add condition"));
    this.replaceChildren(make("div", { class: "row sm" }, make("span", { class: "nowrap", text: _("Records must meet") }), make("span", {}, this.match)), this.rows, make("div", { class: "row" }, add), this.hidden_);
    for (const rule of held.rules ?? []) this.add(rule);
    if (!this.rows.children.length) this.add();
    this.addEventListener("input", () => this.write());
    this.addEventListener("change", () => this.write());
    this.write();
  }

  /** @param {string} [name] */
  field(name) {
    const fields = this.fields ?? [];
    return fields.find((one) => one.name === name) ?? fields[0];
  }

  /** @param {Rule} [rule] @param {boolean} [focus] */
  add(rule, focus = false) {
    const field = this.field(rule?.field);
    if (!field) return;
    const names = (this.fields ?? []).map((one) => ({ value: one.name, label: one.label }));
    const row = make("div", { class: "cond", role: "group", "aria-label": _("Condition") });
    const which = select(names, field.name, { "aria-label": _("Field"), "data-part": "field" });
    const remove = make("button", { class: "btn", type: "button", "data-kind": "quiet", "data-icon": true, "aria-label": _("Remove condition") }, icon("x"));
    which.addEventListener("change", () => this.operators(row, this.field(which.value)));
    remove.addEventListener("click", () => { row.remove(); this.write(); });
    row.append(which, remove);
    this.rows?.append(row);
    this.operators(row, field, rule);
    if (focus) which.focus();
  }

  /** @param {HTMLElement} row @param {Field} field @param {Rule} [rule] */
  operators(row, field, rule) {
    const options = field.operators.map((one) => ({ value: one.key, label: one.label }));
    const chosen = field.operators.find((one) => one.key === rule?.op) ?? field.operators[0];
    row.querySelector('[data-part="op"]')?.remove();
    const op = select(options, chosen.key, { "aria-label": _("Comparison"), "data-part": "op" });
    row.children[0].after(op);
    op.addEventListener("change", () => this.values(row, field, /** @type {Operator} */ (field.operators.find((one) => one.key === op.value))));
    this.values(row, field, chosen, rule?.value);
  }

  /** @param {HTMLElement} row @param {Field} field @param {Operator} operator @param {unknown} [value] */
  values(row, field, operator, value) {
    row.querySelector('[data-part="value"]')?.remove();
    const box = make("div", { "data-part": "value", class: operator.values === 2 ? "two" : undefined });
    const held = Array.isArray(value) ? value : [value];
    if (operator.values === "many" && field.options) box.append(this.choices(field, held.map(String)));
    else for (let at = 0; at < Number(operator.values === "many" ? 1 : operator.values); at += 1) box.append(this.input(field, held[at], at));
    row.children[1].after(box);
    this.write();
  }

  /** @param {Field} field @param {string[]} held */
  choices(field, held) {
    const many = select(field.options ?? [], "", { multiple: true, "aria-label": _("Value"), size: "4" });
    for (const option of many.options) option.selected = held.includes(option.value);
    return make(/** @type {any} */ ("tw-combo"), { "data-many": true }, many);
  }

  /** @param {Field} field @param {any} value @param {number} at */
  input(field, value, at) {
    const label = at ? _("and") : _("Value");
    if (field.options) return make(/** @type {any} */ ("tw-combo"), {}, select([{ value: "", label: "" }, ...field.options], String(value ?? ""), { "aria-label": label }));
    if (field.url) {
      return make(/** @type {any} */ ("tw-lookup"), { "data-url": field.url, "data-name": "" },
        value?.id ? make("input", { type: "hidden", value: value.id, "data-title": value.title }) : null, make("input", { class: "input", "data-text": true, "aria-label": label }));
    }
    const type = INPUTS[field.type] ?? "text";
    return make("input", { class: "input", type, "aria-label": label, value: value ?? "", inputmode: NUMBERS.has(field.type) ? "decimal" : undefined, dir: type === "text" ? "auto" : undefined });
  }

  /** @param {Element} box @param {Operator} operator @returns {unknown} */
  read(box, operator) {
    const lookup = box.querySelector("tw-lookup");
    if (lookup) {
      const held = /** @type {HTMLInputElement | null} */ (lookup.querySelector('input[type="hidden"]:not([data-none])'));
      return held?.value ? { id: held.value, title: held.dataset.title } : "";
    }
    const many = box.querySelector("select[multiple]");
    if (many) return [.../** @type {HTMLSelectElement} */ (many).selectedOptions].map((one) => one.value);
    const found = [...box.querySelectorAll("select, input.input")].map((one) => /** @type {HTMLInputElement} */ (one).value);
    return operator.values === 2 ? found : operator.values === "many" ? found[0]?.split(/[,;，；]\s*/).filter(Boolean) ?? [] : found[0];
  }

  write() {
    if (!this.rows || !this.hidden_ || !this.match) return;
    /** @type {Rule[]} */
    const rules = [];
    for (const row of this.rows.children) {
      const field = this.field(/** @type {HTMLSelectElement | null} */ (row.querySelector('[data-part="field"]'))?.value);
      const op = field?.operators.find((one) => one.key === /** @type {HTMLSelectElement | null} */ (row.querySelector('[data-part="op"]'))?.value);
      const box = row.querySelector('[data-part="value"]');
      if (!field || !op || !box) continue;
      const value = op.values === 0 ? null : this.read(box, op);
      const empty = value === "" || (Array.isArray(value) && value.every((one) => one === ""));
      if (op.values === 0 || !empty) rules.push({ field: field.name, op: op.key, value });
    }
    this.hidden_.value = rules.length ? JSON.stringify({ match: this.match.value, rules }) : "";
  }
}

customElements.define("tw-filter", Filter);

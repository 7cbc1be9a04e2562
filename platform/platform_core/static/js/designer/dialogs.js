// @ts-check
/** The two dialogs of the designer: where to move a field, and what to do when somebody else has changed the form. */
import { make } from "../dom.js";
import { open } from "../dialogs.js";
import { _ } from "../text.js";
import { fieldOf, labelOf, text } from "./edits.js";
import { at, find, nameOf, placed, put } from "./layout.js";

/** @typedef {import("./canvas.js").Canvas} Canvas */
/** @typedef {import("./layout.js").Layout} Layout */

/** @param {string} id */
const dialogOf = (id) => /** @type {HTMLDialogElement} */ (document.getElementById(id));

/** @param {HTMLSelectElement} select @param {[string, string][]} options */
function fill(select, options) {
  select.replaceChildren(...options.map(([value, label]) => make("option", { value, text: label })));
}

/** "Move to…": section and place are chosen from lists. @param {Canvas} canvas @param {string} name @param {(layout: Layout) => void} commit */
export function askMove(canvas, name, commit) {
  const dialog = dialogOf("design-move");
  const { layout, page } = canvas;
  const body = /** @type {HTMLElement} */ (dialog.querySelector("[data-move-body]"));
  const section = make("select", { class: "select", id: "move-section" });
  const after = make("select", { class: "select", id: "move-after" });
  const go = make("button", { type: "button", class: "btn", "data-kind": "primary", text: _("Move") });
  const spots = layout.tabs.flatMap((tab, t) => tab.sections.map((one, s) => ({ tab: t, section: s, label: [text(tab.label, page.language) || _("Details"), text(one.label, page.language) || _("Section {n}", { n: s + 1 })].join(" · ") })));
  fill(section, spots.map((spot, place) => [String(place), spot.label]));
  const from = find(layout, name);
  section.value = String(Math.max(0, spots.findIndex((spot) => spot.tab === from?.tab && spot.section === from.section)));
  const places = () => {
    const spot = spots[Number(section.value)];
    const others = layout.tabs[spot.tab].sections[spot.section].fields.map(nameOf).filter((one) => one !== name);
    fill(after, [["0", _("First")], ...others.map((one, place) => /** @type {[string, string]} */ ([String(place + 1), _("After {field}", { field: labelOf(fieldOf(canvas.draft.doc, one), page.language) })]))]);
    after.value = String(others.length);
  };
  places();
  section.addEventListener("change", places);
  go.addEventListener("click", () => {
    const spot = spots[Number(section.value)];
    dialog.close();
    commit(put(layout, from ? at(layout, from) : placed(name, 1, ""), { tab: spot.tab, section: spot.section, index: Number(after.value) }));
  });
  body.replaceChildren(
    make("div", { class: "field" }, make("label", { for: "move-section", text: _("Section") }), section),
    make("div", { class: "field" }, make("label", { for: "move-after", text: _("Place") }), after),
    make("div", { class: "row" }, go));
  open(dialog);
}

/** What the other has changed, and what is mine. @param {{theirs: import("./store.js").Theirs, mine: string[]}} found */
export function showStale(found) {
  const dialog = dialogOf("design-stale");
  const body = /** @type {HTMLElement} */ (dialog.querySelector("[data-stale-body]"));
  const { updated_by: who, changes } = found.theirs;
  /** @param {string} title @param {string[]} lines */
  const part = (title, lines) => make("section", {}, make("h3", { class: "section-title", text: title }), make("ul", { class: "diff" }, ...lines.map((line) => make("li", {}, make("span", { class: "sign", "aria-hidden": "true", text: "~" }), make("span", { dir: "auto", text: line })))));
  body.replaceChildren(
    make("p", { class: "sm", text: _("Nothing is lost: choose what goes on. Mine go on top of theirs; where both changed the same, mine stay.") }),
    part(who ? _("Changed by {who}", { who }) : _("What stands there now"), (changes ?? []).map((one) => one.sentence ?? "").filter(Boolean)),
    part(_("Mine, not saved yet"), [...new Set(found.mine)]));
  open(dialog);
}

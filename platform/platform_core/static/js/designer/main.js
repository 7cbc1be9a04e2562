// @ts-check
/** The form designer: starts the draft, the canvas and everything around it, and turns commands into changes. */
import { typing } from "../dom.js";
import { toast } from "../toasts.js";
import { _, ngettext } from "../text.js";
import { Canvas } from "./canvas.js";
import { askMove, showStale } from "./dialogs.js";
import { Drags, startEdge } from "./drag.js";
import { added, copied, fieldOf, labelOf, removed } from "./edits.js";
import { Keyboard } from "./keyboard.js";
import { at, find, patchesTo, placed, put, widgetOf } from "./layout.js";
import { Panel } from "./panel.js";
import { loadPart } from "./parts.js";
import { startPalette } from "./palette.js";
import { get, touches } from "./pointer.js";
import { startPreview } from "./preview.js";
import { startProblems } from "./problems.js";
import { Draft } from "./store.js";

/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {import("./layout.js").Spot} Spot */

const page = JSON.parse(/** @type {HTMLElement} */ (document.getElementById("design")).textContent ?? "{}");
const studio = /** @type {HTMLElement} */ (document.getElementById("studio"));
const spoken = /** @type {HTMLElement} */ (document.getElementById("spoken"));
const state = /** @type {HTMLElement} */ (document.getElementById("save-state"));

const draft = new Draft({ url: page.draft_url, keep: `tw-design:${page.key}`, rev: page.rev, definition: page.definition });
const canvas = new Canvas(draft, page);
const panel = new Panel(canvas);
const NARROW = matchMedia("(width < 820px)");
let busy = false;

/** @param {string} text */
const say = (text) => { spoken.textContent = text; };

// ---- what can be done ----

/** @param {Layout} next @param {string} label */
function commit(next, label) {
  const patches = patchesTo(draft.doc, next, page.generated);
  if (!draft.change(patches, label)) canvas.draw();
}

/** Behind what is chosen, else at the end of the tab. @returns {Spot} */
function spotForNew() {
  const layout = canvas.layout;
  const { chosen } = canvas;
  const here = chosen?.what === "field" ? find(layout, chosen.name) : null;
  if (here && here.tab === canvas.tab) return { ...here, index: here.index + 1 };
  const section = chosen?.what === "section" && chosen.tab === canvas.tab ? chosen.section : Math.max(0, layout.tabs[canvas.tab].sections.length - 1);
  return { tab: canvas.tab, section, index: 999 };
}

/** @param {string} type @param {Spot} [spot] */
function add(type, spot) {
  const made = added(draft.doc, type, spot ?? spotForNew(), page);
  if (!draft.change(made.patches, made.label)) return;
  side("props");
  canvas.reveal(made.name, false);
  canvas.choose({ what: "field", name: made.name }, { quiet: true });
  panel.show(canvas.chosen, { focus: "label" });
  say(_("{field} is added.", { field: labelOf(fieldOf(draft.doc, made.name), page.language) }));
}

/** @param {string} name */
function remove(name) {
  const made = removed(draft.doc, name, page);
  const cards = canvas.visible();
  const place = cards.findIndex((one) => one.dataset.card === name);
  const next = cards[place + 1] ?? cards[place - 1];
  if (!draft.change(made.patches, made.label)) return;
  canvas.choose(null);
  if (next?.dataset.card) canvas.reveal(next.dataset.card);
  toast({ text: made.label, action: _("Undo"), onAction: () => draft.undo() });
}

/** @param {string} name */
function copy(name) {
  const made = copied(draft.doc, name, page);
  if (!draft.change(made.patches, made.label)) return;
  canvas.reveal(made.name);
  canvas.choose({ what: "field", name: made.name });
}

/** @param {string} name */
function move(name) {
  askMove(canvas, name, (next) => {
    commit(next, _("Move {field}", { field: labelOf(fieldOf(draft.doc, name), page.language) }));
    canvas.reveal(name);
  });
}

function addSection() {
  const next = canvas.layout;
  next.tabs[canvas.tab].sections.push({ columns: 2, fields: [] });
  const section = next.tabs[canvas.tab].sections.length - 1;
  commit(next, _("Add a section"));
  canvas.choose({ what: "section", tab: canvas.tab, section }, { quiet: true });
  side("props");
  panel.show(canvas.chosen, { focus: "label" });
}

function addTab() {
  const next = canvas.layout;
  next.tabs.push({ label: { [page.language]: _("New tab") }, sections: [{ columns: 2, fields: [] }] });
  canvas.tab = next.tabs.length - 1;
  commit(next, _("Add a tab"));
  canvas.choose({ what: "tab", tab: canvas.tab }, { quiet: true });
  side("props");
  panel.show(canvas.chosen, { focus: "label" });
}

/** Its fields go to the section beside it; without one they are no longer on the form, and stay. @param {number} tab @param {number} section */
function removeSection(tab, section) {
  const next = canvas.layout;
  const { sections } = next.tabs[tab];
  const [gone] = sections.splice(section, 1);
  const beside = sections[Math.max(0, section - 1)];
  if (beside) beside.fields.push(...gone.fields);
  if (!sections.length && next.tabs.length > 1) next.tabs.splice(tab, 1);
  canvas.choose(null);
  commit(next, _("Remove a section"));
}

/** Its fields are no longer on the form, and stay. */
function removeTab() {
  const next = canvas.layout;
  if (next.tabs.length < 2) { toast({ text: _("A form has at least one tab.") }); return; }
  next.tabs.splice(canvas.tab, 1);
  canvas.choose(null);
  commit(next, _("Remove a tab"));
}

// ---- around the canvas ----

const showSide = startPalette({ add: (type) => add(type) });
/** @param {"palette" | "props" | ""} which */
function side(which) { showSide(which); }

const showPreview = startPreview(canvas, say);

/** @param {string} pointer */
function jump(pointer) {
  const steps = pointer.split("/").slice(1);
  if (steps[0] === "fields" && steps.length > 1) {
    const field = get(draft.doc, `/fields/${steps[1]}`);
    if (!field?.name) return;
    showView("form");
    canvas.reveal(field.name, false);
    const column = steps[2] === "fields" ? field.fields?.[Number(steps[3])] : null;
    canvas.choose(column?.name ? { what: "column", table: field.name, name: column.name } : { what: "field", name: field.name }, { quiet: true });
    side("props");
    panel.show(canvas.chosen, { focus: (column ? steps[4] : steps[2]) ?? "label" });
    return;
  }
  if (steps[0] === "layout" && steps[1] === "tabs") { showView("form"); canvas.showTab(Number(steps[2])); return; }
  const tab = [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-view-tab][data-pattern]"))].find((one) => touches(one.dataset.pattern ?? "", pointer));
  if (tab) showView(tab.dataset.viewTab ?? "form");
  else { canvas.choose({ what: "form" }); side("props"); panel.show(canvas.chosen, { focus: steps[0] }); }
}

startProblems(canvas, jump);

/** The canvas, or a part of the form that has a tab of its own. @param {string} name */
function showView(name) {
  const tabs = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-view-tab]")]);
  for (const tab of tabs) {
    tab.setAttribute("aria-selected", String(tab.dataset.viewTab === name));
    tab.tabIndex = tab.dataset.viewTab === name ? 0 : -1;
  }
  const view = /** @type {HTMLElement} */ (document.getElementById("part-view"));
  const chosen = tabs.find((tab) => tab.dataset.viewTab === name);
  const part = name !== "form";
  showPreview(false);
  studio.dataset.view = part ? "part" : "design";
  view.hidden = !part;
  if (part && chosen) { view.dataset.part = name; view.dataset.pattern = chosen.dataset.pattern; void loadPart(canvas, view, name, chosen.dataset.pattern ?? ""); }
}

// ---- the draft ----

draft.addEventListener("changed", (event) => {
  const { patches, source } = /** @type {CustomEvent} */ (event).detail;
  canvas.draw();
  buttons();
  for (const host of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".part-view[data-at]:not([hidden])"))) {
    if (source === host) continue;
    if (patches.some((/** @type {any} */ one) => touches(one.path, host.dataset.at ?? ""))) void loadPart(canvas, host, host.dataset.part ?? "", host.dataset.at ?? "");
  }
});
draft.addEventListener("saved", () => { if (!busy) canvas.refresh().catch(() => undefined); });
draft.addEventListener("state", (event) => {
  const { state: now, text } = /** @type {CustomEvent} */ (event).detail;
  /** @type {Record<string, string>} */
  const words = {
    saved: _("Saved"), saving: _("Saving…"), lost: _("Not saved: connection lost, kept here and tried again"),
    refused: _("Not saved: refused"), stale: _("Not saved: somebody else has changed the form"),
  };
  state.textContent = text || words[now];
  state.dataset.state = now;
});
draft.addEventListener("refused", (event) => {
  const { label, reason } = /** @type {CustomEvent} */ (event).detail;
  canvas.draw();
  buttons();
  toast({ tone: "danger", title: label, text: _("Taken back: {reason}", { reason }) });
});
draft.addEventListener("stale", (event) => showStale(/** @type {CustomEvent} */ (event).detail));

function buttons() {
  /** @param {string} what @param {boolean} can @param {string} word @param {string} label */
  const set = (what, can, word, label) => {
    const button = /** @type {HTMLButtonElement} */ (document.querySelector(`.studio-bar [data-do="${what}"]`));
    button.disabled = !can;
    button.title = label ? `${word}: ${label}` : word;
  };
  set("undo", draft.canUndo, _("Undo"), draft.undoLabel);
  set("redo", draft.canRedo, _("Redo"), draft.redoLabel);
}

canvas.addEventListener("chosen", (event) => {
  const { subject, quiet } = /** @type {CustomEvent} */ (event).detail;
  if (!quiet) panel.show(subject, { pause: 90 });
});
canvas.addEventListener("busy", () => { busy = true; });

new Drags(canvas, {
  add,
  arrange: (label) => { busy = false; commit(canvas.read(), label); },
  reorderTabs: () => {
    busy = false;
    const next = canvas.read();
    const shown = [.../** @type {NodeListOf<HTMLElement>} */ (canvas.tabs.querySelectorAll("[data-tab-button]"))].findIndex((one) => Number(one.dataset.tab) === canvas.tab);
    canvas.tab = Math.max(0, shown);
    commit(next, _("Move a tab"));
  },
  free: () => { busy = false; canvas.refresh().catch(() => undefined); },
});
startEdge(canvas, (name, span) => {
  const { layout } = canvas;
  const spot = find(layout, name);
  if (spot) commit(put(layout, placed(name, span, widgetOf(at(layout, spot))), spot), _("Change the width"));
});
const keyboard = new Keyboard(canvas, {
  commit, move, copy, remove, say,
  properties: () => { side("props"); panel.focus("label"); },
});

// ---- commands ----

/** @type {Record<string, (button: HTMLElement) => void>} */
const COMMANDS = {
  undo: () => draft.undo(),
  redo: () => draft.redo(),
  preview: () => showPreview(studio.dataset.view !== "preview"),
  "add-section": addSection,
  "add-tab": addTab,
  "remove-section": (button) => { const box = /** @type {HTMLElement} */ (button.closest(".sec")); removeSection(Number(box.dataset.tab), Number(box.dataset.section)); },
  "remove-tab": removeTab,
  "choose-section": (button) => { const box = /** @type {HTMLElement} */ (button.closest(".sec")); canvas.choose({ what: "section", tab: Number(box.dataset.tab), section: Number(box.dataset.section) }); side("props"); },
  "form-panel": () => { canvas.choose({ what: "form" }); side("props"); },
  "open-palette": () => side("palette"),
  "close-palette": () => side(""),
  "open-panel": () => side("props"),
  "close-panel": () => { side(""); canvas.choose(null); },
  "take-theirs": () => { /** @type {HTMLDialogElement} */ (document.getElementById("design-stale")).close(); draft.takeTheirs(); },
  "keep-mine": () => { /** @type {HTMLDialogElement} */ (document.getElementById("design-stale")).close(); draft.keepMine(); },
};

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  const button = /** @type {HTMLElement | null} */ (target.closest("[data-do]"));
  const card = /** @type {HTMLElement | null} */ (target.closest(".canvas [data-card]"));
  const name = card?.dataset.card ?? "";
  if (button && card) {
    if (button.dataset.do === "move") return move(name);
    if (button.dataset.do === "copy") return copy(name);
    if (button.dataset.do === "remove") return remove(name);
  }
  if (button) return COMMANDS[button.dataset.do ?? ""]?.(button);
  if (card) { card.focus({ preventScroll: true }); return; }
  const tab = /** @type {HTMLElement | null} */ (target.closest("[data-tab-button]"));
  if (tab) { canvas.showTab(Number(tab.dataset.tab)); canvas.choose({ what: "tab", tab: Number(tab.dataset.tab) }); return; }
  const view = /** @type {HTMLElement | null} */ (target.closest("[data-view-tab]"));
  if (view) showView(view.dataset.viewTab ?? "form");
});

document.getElementById("form-view")?.addEventListener("focusin", (event) => {
  const card = /** @type {HTMLElement} */ (event.target);
  if (card.dataset.card && (canvas.chosen?.what !== "field" || canvas.chosen.name !== card.dataset.card)) canvas.choose({ what: "field", name: card.dataset.card });
});

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || typing(event.target) || keyboard.lifted) return;
  const key = event.key.toLowerCase();
  if (key !== "z" && key !== "y") return;
  event.preventDefault();
  if (key === "y" || event.shiftKey) draft.redo();
  else draft.undo();
});

// Grips of sections by keys: up and down within the tab, sideways to the tab beside it.
document.getElementById("sheet")?.addEventListener("keydown", (event) => {
  const grip = /** @type {Element} */ (event.target).closest('[data-do="grip-section"]');
  const box = /** @type {HTMLElement | null} */ (grip?.closest(".sec"));
  const rtl = document.documentElement.dir === "rtl" ? -1 : 1;
  const down = { ArrowUp: -1, ArrowDown: 1 }[event.key] ?? 0;
  const side = ({ ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0) * rtl;
  if (!box || !(down || side)) return;
  event.preventDefault();
  const next = canvas.layout;
  const from = Number(box.dataset.section);
  const tab = canvas.tab + side;
  const place = side ? next.tabs[tab]?.sections.length ?? -1 : from + down;
  if (!next.tabs[tab] || place < 0 || place > next.tabs[tab].sections.length - (side ? 0 : 1)) return;
  next.tabs[tab].sections.splice(place, 0, ...next.tabs[canvas.tab].sections.splice(from, 1));
  canvas.tab = tab;
  commit(next, _("Move a section"));
  /** @type {HTMLElement | null} */ (canvas.sheet.querySelector(`.dtab[data-tab="${tab}"] .sec[data-section="${place}"] .grip`))?.focus();
});

document.addEventListener("tw:design", (event) => {
  const { patches, label } = /** @type {CustomEvent} */ (event).detail;
  const host = /** @type {Element} */ (event.target).closest("[data-part]");
  draft.change(patches, label || _("Change the form"), host);
});

document.querySelector('[data-do="publish"]')?.addEventListener("click", async (event) => {
  if (!draft.unsaved) return;
  event.preventDefault();
  if (await draft.settled()) location.assign(/** @type {HTMLAnchorElement} */ (event.target instanceof Element ? event.target.closest("a") : null)?.href ?? "");
});

const brought = draft.restore();
canvas.draw();
buttons();
if (NARROW.matches) side("");
if (brought) toast({ tone: "good", text: ngettext("{n} change that had not been saved is back.", "{n} changes that had not been saved are back.", brought) });
studio.dataset.ready = "true";

// @ts-check
/** Moves by mouse and touch, on SortableJS: fields between sections, tabs and the palette, sections, tabs, columns of a table. */
import { fieldOf, labelOf } from "./edits.js";
import { _ } from "../text.js";

/** @typedef {import("./canvas.js").Canvas} Canvas */

const HOVER = 350; // ms over a tab until it opens under a dragged field

/** The library, loaded before us. @returns {any} */
const library = () => /** @type {any} */ (window).Sortable;

export class Drags {
  #seen = new WeakSet();
  #tabTimer = 0;
  /** @type {Element | null} */ #over = null;

  /** @param {Canvas} canvas @param {{add: (type: string, spot: import("./layout.js").Spot) => void, arrange: (label: string) => void, reorderTabs: () => void,
   *   free: () => void}} to */
  constructor(canvas, to) {
    this.canvas = canvas;
    this.to = to;
    if (!library()) return;
    canvas.addEventListener("drawn", () => this.#watch());
    this.#watch();
    for (const list of document.querySelectorAll("#palette .pals:has([data-pal])")) this.#palette(/** @type {HTMLElement} */ (list));
    library().create(canvas.tabs, { ...this.#common(), group: "tabs", draggable: "[data-tab-button]", onEnd: () => { this.#end(); to.reorderTabs(); } });
  }

  #common() {
    return {
      animation: 130, forceFallback: true, fallbackOnBody: true, fallbackTolerance: 4, delay: 160, delayOnTouchOnly: true, touchStartThreshold: 8,
      ghostClass: "df-ghost", dragClass: "df-drag", scroll: true, bubbleScroll: true, scrollSensitivity: 60, emptyInsertThreshold: 16,
      onStart: () => this.#start(),
    };
  }

  #watch() {
    for (const grid of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".dgrid"))) this.#once(grid, () => this.#grid(grid));
    for (const panel of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".dtab"))) this.#once(panel, () => this.#sections(panel));
  }

  /** @param {HTMLElement} element @param {() => void} make */
  #once(element, make) {
    if (this.#seen.has(element)) return;
    this.#seen.add(element);
    make();
  }

  /** @param {HTMLElement} grid */
  #grid(grid) {
    const shelf = grid.hasAttribute("data-shelf");
    library().create(grid, {
      ...this.#common(),
      group: { name: "fields", put: shelf ? ["fields"] : ["fields", "palette"] },
      draggable: ".df",
      onAdd: (/** @type {any} */ event) => this.#added(event, grid),
      onEnd: (/** @type {any} */ event) => {
        this.#end();
        const field = fieldOf(this.canvas.draft.doc, event.item.dataset.card);
        if (event.from !== event.to || event.oldDraggableIndex !== event.newDraggableIndex) this.to.arrange(_("Move {field}", { field: labelOf(field, this.canvas.page.language) }));
        else this.to.free();
      },
    });
  }

  /** @param {HTMLElement} panel */
  #sections(panel) {
    library().create(panel, {
      ...this.#common(), group: "sections", draggable: ".sec", handle: ".sec-head .grip",
      onEnd: () => { this.#end(); this.to.arrange(_("Move a section")); },
    });
  }

  /** @param {HTMLElement} list */
  #palette(list) {
    library().create(list, { ...this.#common(), group: { name: "palette", pull: "clone", put: false }, sort: false, draggable: "[data-pal]", onEnd: () => { this.#end(); this.to.free(); } });
  }

  /** Something from the palette has been dropped: its copy goes, the field comes. @param {any} event @param {HTMLElement} grid */
  #added(event, grid) {
    const type = event.item.dataset.pal;
    if (!type) return;
    const index = event.newDraggableIndex;
    event.item.remove();
    const box = /** @type {HTMLElement} */ (grid.closest(".sec"));
    this.to.add(type, { tab: Number(box.dataset.tab), section: Number(box.dataset.section), index });
  }

  #start() {
    document.body.classList.add("is-dragging");
    this.canvas.dispatchEvent(new CustomEvent("busy"));
    for (const name of ["pointermove", "touchmove"]) document.addEventListener(name, this.#hover, { passive: true });
  }

  #end() {
    document.body.classList.remove("is-dragging");
    clearTimeout(this.#tabTimer);
    this.#over = null;
    for (const name of ["pointermove", "touchmove"]) document.removeEventListener(name, this.#hover);
  }

  /** A field held over a tab opens it. @param {Event} event */
  #hover = (event) => {
    const touch = /** @type {TouchEvent} */ (event).touches?.[0];
    const { clientX, clientY } = touch ?? /** @type {PointerEvent} */ (event);
    const tab = /** @type {HTMLElement | null} */ (document.elementsFromPoint(clientX, clientY).find((one) => one.matches("[data-tab-button]")) ?? null);
    if (tab === this.#over) return;
    this.#over = tab;
    clearTimeout(this.#tabTimer);
    if (tab) this.#tabTimer = window.setTimeout(() => this.canvas.showTab(Number(tab.dataset.tab)), HOVER);
  };
}

/** The handle at the end of the chosen card: drawn outwards the field takes the whole row, drawn inwards one column.
 * @param {Canvas} canvas @param {(name: string, span: number) => void} to */
export function startEdge(canvas, to) {
  for (const name of ["pointerdown", "mousedown", "touchstart"]) canvas.edge.addEventListener(name, (event) => event.stopPropagation());
  canvas.edge.addEventListener("pointerdown", (event) => {
    const card = /** @type {HTMLElement} */ (canvas.edge.closest("[data-card]"));
    const { width } = card.getBoundingClientRect();
    const rtl = document.documentElement.dir === "rtl";
    canvas.edge.setPointerCapture(event.pointerId);
    const end = (/** @type {PointerEvent} */ up) => {
      const by = (up.clientX - event.clientX) * (rtl ? -1 : 1);
      if (Math.abs(by) > width / 4) to(/** @type {string} */ (card.dataset.card), by > 0 ? 3 : 1);
    };
    canvas.edge.addEventListener("pointerup", end, { once: true });
    canvas.edge.addEventListener("pointercancel", () => canvas.edge.removeEventListener("pointerup", end), { once: true });
  });
}

/** The columns of a table field in the panel. @param {HTMLElement} list @param {(names: string[]) => void} moved */
export function sortColumns(list, moved) {
  library()?.create(list, {
    animation: 130, forceFallback: true, fallbackOnBody: true, handle: ".grip", draggable: "[data-column]", ghostClass: "df-ghost", delay: 160, delayOnTouchOnly: true,
    onEnd: () => moved(/** @type {HTMLElement[]} */ ([...list.querySelectorAll("[data-column]")]).map((one) => /** @type {string} */ (one.dataset.column))),
  });
}

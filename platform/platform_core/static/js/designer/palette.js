// @ts-check
/** The palette: found by typing, added by a click or Enter; on the phone it is a sheet from below. */

/** @param {{add: (type: string) => void}} to */
export function startPalette(to) {
  const studio = /** @type {HTMLElement} */ (document.getElementById("studio"));
  const palette = /** @type {HTMLElement} */ (document.getElementById("palette"));
  const search = /** @type {HTMLInputElement} */ (palette.querySelector("[data-palette-search]"));
  const none = /** @type {HTMLElement} */ (palette.querySelector("[data-palette-none]"));

  const narrow = () => {
    const words = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const item of /** @type {NodeListOf<HTMLElement>} */ (palette.querySelectorAll("[data-words]"))) {
      item.hidden = !words.every((word) => (item.dataset.words ?? "").includes(word));
      if (!item.hidden) shown += 1;
    }
    for (const group of /** @type {NodeListOf<HTMLElement>} */ (palette.querySelectorAll("[data-group]"))) group.hidden = !group.querySelector("[data-words]:not([hidden])");
    none.hidden = shown > 0;
  };
  search.addEventListener("input", narrow);
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    /** @type {HTMLElement | null} */ (palette.querySelector("[data-words]:not([hidden]) .pal"))?.click();
  });
  palette.addEventListener("click", (event) => {
    const item = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-pal]"));
    if (!item) return;
    to.add(/** @type {string} */ (item.dataset.pal));
  });

  /** @param {"palette" | "props" | ""} side */
  return (side) => { studio.dataset.side = side; };
}

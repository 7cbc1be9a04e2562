// @ts-check
/** Small courtesies of forms: numbers grouped when left, growing text, passwords shown, panels as tabs, first error in sight. */
import { behave } from "./dom.js";
import { signs, _ } from "./text.js";

/** @param {string} text "1200.5" in the reader's signs, grouped */
export function grouped(text) {
  const plain = text.trim();
  const [whole, rest] = plain.split(signs.point);
  if (!/^-?\d{4,}$/.test(whole) || (rest !== undefined && !/^\d*$/.test(rest))) return text;
  const spaced = whole.replace(/\B(?=(\d{3})+(?!\d))/g, signs.group);
  return rest === undefined ? spaced : `${spaced}${signs.point}${rest}`;
}

/** @param {string} text */
export function ungrouped(text) {
  return /^-?\d{1,3}([^\d]\d{3})+([^\d]\d*)?$/.test(text.trim()) ? text.split(signs.group).join("") : text;
}

behave("input[data-number]", (element) => {
  const input = /** @type {HTMLInputElement} */ (element);
  input.value = grouped(input.value);
  input.addEventListener("focus", () => {
    const plain = ungrouped(input.value);
    if (input.readOnly || plain === input.value) return;
    input.value = plain;
    input.select(); // a new value drops the selection that tabbing in has made
  });
  input.addEventListener("blur", () => { input.value = grouped(input.value); });
});

if (!CSS.supports("field-sizing: content")) {
  behave("textarea[data-autosize]", (area) => {
    const fit = () => { area.style.blockSize = "auto"; area.style.blockSize = `${area.scrollHeight + 2}px`; };
    area.addEventListener("input", fit);
    fit();
  });
}

behave("[data-reveal]", (button) => {
  const input = /** @type {HTMLInputElement} */ (button.closest("[data-reveal-box]")?.querySelector("input"));
  button.addEventListener("click", () => {
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
    button.setAttribute("aria-label", shown ? _("Show password") : _("Hide password"));
  });
});

behave("[data-fill]", (button) => {
  button.addEventListener("click", () => {
    const input = /** @type {HTMLInputElement | null} */ (button.closest("form")?.querySelector(`[name="${button.dataset.fill}"]`));
    if (input) input.value = /** @type {HTMLButtonElement} */ (button).value;
    /** @type {HTMLElement | null} */ (button.closest("form")?.querySelector("[type=password]"))?.focus();
  });
});

// Panels of one form as tabs: without JavaScript they stand below each other and the tabs are links to them.
behave("[data-tabs]", (bar) => {
  const tabs = /** @type {HTMLAnchorElement[]} */ ([...bar.querySelectorAll('[role="tab"]')]);
  const panelOf = (/** @type {HTMLAnchorElement} */ tab) => document.getElementById(tab.hash.slice(1));
  /** @param {HTMLAnchorElement} chosen */
  const show = (chosen) => {
    for (const tab of tabs) {
      const on = tab === chosen;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      const panel = panelOf(tab);
      if (panel) panel.hidden = !on;
    }
  };
  const hidden = (/** @type {string} */ selector) => tabs.find((tab) => panelOf(tab)?.querySelector(selector));
  show(hidden('[aria-invalid="true"], .error') ?? tabs.find((tab) => tab.hash === location.hash) ?? tabs[0]);
  bar.addEventListener("click", (event) => {
    const tab = /** @type {HTMLAnchorElement | null} */ (/** @type {Element} */ (event.target).closest('[role="tab"]'));
    if (!tab) return;
    event.preventDefault();
    show(tab);
    history.replaceState(history.state, "", tab.hash);
  });
  bar.addEventListener("keydown", (event) => {
    const at = tabs.indexOf(/** @type {HTMLAnchorElement} */ (document.activeElement));
    const ahead = getComputedStyle(bar).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const step = event.key === ahead ? 1 : /^Arrow(Left|Right)$/.test(event.key) ? -1 : 0;
    if (at < 0 || !step) return;
    event.preventDefault();
    const next = tabs[(at + step + tabs.length) % tabs.length];
    show(next);
    next.focus();
  });
});

// A refused form: the reader starts at the first error.
behave('form[data-unsaved] [aria-invalid="true"]', (field) => {
  const form = /** @type {HTMLFormElement} */ (field.closest("form"));
  if (form.querySelector('[aria-invalid="true"]') !== field || form.contains(document.activeElement)) return;
  field.focus({ preventScroll: false });
});

// A page that waits for the server to come back.
behave("[data-retry]", (element) => {
  setTimeout(() => location.reload(), Number(element.dataset.retry) * 1000);
});

// A toast's "Undo": posts, then shows what the server sent or reloads.
document.addEventListener("click", async (event) => {
  const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-post]"));
  if (!button?.dataset.post) return;
  const { send } = await import("./net.js");
  const { toast } = await import("./toasts.js");
  try {
    await send("POST", button.dataset.post, new URLSearchParams());
    location.reload();
  } catch (error) {
    toast({ tone: "danger", text: String(/** @type {Error} */ (error).message) });
  }
});

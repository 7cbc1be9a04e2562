// @ts-check
/** The editor of a definition: saves by itself and tells what is wrong; and the consent a publish plan asks for. */
import { behave } from "./dom.js";
import { failureText, send } from "./net.js";
import { _ } from "./text.js";

const PAUSE = 700; // ms without typing before the draft is saved

/** `head` and `draft` are HTML of our own server. @typedef {{rev: number, told: string, problems: unknown[], head: string, draft: string}} Saved */

behave("form[data-autosave]", (element) => {
  const form = /** @type {HTMLFormElement} */ (element);
  const area = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("definition"));
  const rev = /** @type {HTMLInputElement} */ (form.elements.namedItem("rev"));
  let timer = 0;
  let saved = area.defaultValue;
  let running = false;
  let stopped = false;

  /** @param {string} text */
  const tell = (text) => { const told = form.querySelector("[data-told]"); if (told) told.textContent = text; };

  /** @param {string} text */
  const complain = (text) => {
    const trouble = /** @type {HTMLElement | null} */ (form.querySelector("[data-trouble]"));
    if (!trouble) return;
    trouble.textContent = text;
    trouble.hidden = !text;
  };

  const later = () => {
    clearTimeout(timer);
    if (!stopped) timer = window.setTimeout(save, PAUSE);
  };

  async function save() {
    if (stopped || area.value === saved) return;
    if (running) return later(); // one at a time: each save names the rev that the one before has made
    running = true;
    const text = area.value;
    try {
      const answer = /** @type {Saved} */ (await send("POST", form.dataset.autosave ?? "", new URLSearchParams({ definition: text, rev: rev.value })));
      saved = text;
      rev.value = String(answer.rev);
      renew(document.querySelector("[data-head]"), answer.head);
      renew(form.querySelector("[data-draft]"), answer.draft);
      tell(answer.told);
      complain("");
      if (area.value === text) document.dispatchEvent(new CustomEvent("tw:problems", { detail: { items: answer.problems, target: form.dataset.editor } }));
    } catch (error) {
      const { status, problem } = /** @type {{status?: number, problem?: {told?: string}}} */ (error);
      if (status === 409) {
        stopped = true; // saving on would only be refused again: the button shows both versions
        complain(`${problem?.told ?? ""} ${_("Press “Save draft” to see what is different. Your text is still here.")}`);
      } else if (status === 422) {
        tell(problem?.told ?? "");
      } else {
        complain(failureText(status ?? 0));
        later();
      }
    } finally {
      running = false;
    }
    if (area.value !== text) later();
  }

  area.addEventListener("input", later);
  if (area.value !== saved) later(); // typed before this script was there, or kept by the browser
  form.addEventListener("submit", () => { stopped = true; clearTimeout(timer); saved = area.value; });
  addEventListener("pageshow", (event) => { if (event.persisted) stopped = false; });
  addEventListener("beforeunload", (event) => { if (area.value !== saved && !running) event.preventDefault(); });
  if (location.hash.startsWith("#/") || location.hash.startsWith("#%2F")) jump(form, decodeURIComponent(location.hash.slice(1)));
});

/** Shows a part of the page as it is now; what the reader is in the middle of stays. @param {Element | null} part @param {string} html */
function renew(part, html) {
  if (!part || part.contains(document.activeElement)) return;
  part.replaceChildren(document.createRange().createContextualFragment(html));
}

/** Goes to the place of a problem, once the editor has drawn its list. @param {HTMLElement} form @param {string} pointer */
function jump(form, pointer) {
  const look = (/** @type {number} */ left) => {
    const line = [...form.querySelectorAll("tw-json li")].find((one) => one.querySelector("code")?.textContent?.trim() === pointer);
    const button = /** @type {HTMLElement | null} */ (line?.querySelector("button[data-at]") ?? null);
    if (button) button.click();
    else if (left > 0) setTimeout(() => look(left - 1), 100);
  };
  look(20);
}

behave("form[data-consent]", (element) => {
  const form = /** @type {HTMLFormElement} */ (element);
  const ticks = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll('input[name="accept[]"]')]);
  const go = /** @type {HTMLButtonElement | null} */ (form.querySelector("[data-consent-go]"));
  const told = form.querySelector("[data-consent-told]");
  const wish = told?.textContent ?? "";
  const look = () => {
    const open = ticks.some((tick) => !tick.checked);
    if (go) go.disabled = open;
    if (told) told.textContent = open ? wish : "";
  };
  form.addEventListener("change", look);
  look();
});

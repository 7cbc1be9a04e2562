// @ts-check
/** Short messages. They leave after six seconds unless they bring bad news, or somebody is reading them. */
import { behave, swapIcon } from "./dom.js";

/** @typedef {{text: string, tone?: string, title?: string, action?: string, onAction?: () => void}} Toast */

/** @type {Record<string, string>} */
const SIGNS = { good: "ok", danger: "stop", warm: "warn", gold: "warn" };
const STAY = 6000;

/** @param {Toast} message */
export function toast({ text, tone = "", title = "", action = "", onAction }) {
  const template = /** @type {HTMLTemplateElement | null} */ (document.getElementById("toast-template"));
  const region = document.getElementById("toasts");
  if (!template || !region) return;
  const box = /** @type {HTMLElement} */ (/** @type {Element} */ (template.content.firstElementChild ?? template.content.children[0]).cloneNode(true));
  if (tone) box.dataset.tone = tone;
  box.setAttribute("role", tone === "danger" ? "alert" : "status");
  swapIcon(box.querySelector("svg"), SIGNS[tone] ?? "info");
  const body = /** @type {HTMLElement} */ (box.querySelector(".grow"));
  body.textContent = text;
  if (title) body.prepend(Object.assign(document.createElement("b"), { textContent: title }), " ");
  if (action) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "link sm", textContent: action });
    button.addEventListener("click", () => { box.remove(); onAction?.(); });
    body.after(button);
  }
  region.append(box);
}

behave("[data-toast]", (box) => {
  box.querySelector("[data-close]")?.addEventListener("click", () => box.remove());
  if (box.dataset.tone === "danger") return;
  let timer = 0;
  const leave = () => { timer = window.setTimeout(() => box.remove(), STAY); };
  const stay = () => clearTimeout(timer);
  for (const name of ["pointerenter", "focusin"]) box.addEventListener(name, stay);
  for (const name of ["pointerleave", "focusout"]) box.addEventListener(name, leave);
  leave();
});

// The server says it with `HX-Trigger: {"tw:toast": {"text": …, "tone": …}}`.
document.addEventListener("tw:toast", (event) => toast(/** @type {CustomEvent<Toast>} */ (event).detail));

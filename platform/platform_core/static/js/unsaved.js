// @ts-check
/** Input is never lost: leaving a changed form asks first, and what was typed waits in this tab until it is saved. */
import { behave } from "./dom.js";
import { _ } from "./text.js";
import { toast } from "./toasts.js";

/** @type {WeakSet<HTMLFormElement>} */
const dirty = new WeakSet();

/** @param {HTMLFormElement} form */
export function isDirty(form) {
  return dirty.has(form);
}

/** Address and id name a form's draft. @param {HTMLFormElement} form */
function keyOf(form) {
  return `tw-draft:${location.pathname}#${form.id}`;
}

/** Text fields only: ids of lookups and files would bring back what the server may have refused. What is stored encrypted is kept nowhere else. @param {HTMLFormElement} form */
function typed(form) {
  const fields = /** @type {(HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement)[]} */ ([...form.elements].filter((one) => /** @type {HTMLInputElement} */ (one).name && !/^(hidden|password|file|submit|button)$/.test(/** @type {HTMLInputElement} */ (one).type) && !one.closest("[data-secret]")));
  return fields;
}

/** @param {HTMLFormElement} form */
function keep(form) {
  const draft = typed(form).map((field) => ("checked" in field && /checkbox|radio/.test(field.type) ? { name: field.name, value: field.value, on: field.checked } : { name: field.name, value: field.value }));
  try { sessionStorage.setItem(keyOf(form), JSON.stringify({ at: Date.now(), draft })); } catch { /* private mode or full: the question on leaving remains */ }
}

/** @param {HTMLFormElement} form */
function restore(form) {
  const held = JSON.parse(sessionStorage.getItem(keyOf(form)) ?? "null");
  if (!held) return;
  const rest = typed(form);
  for (const { name, value, on } of held.draft) {
    const at = rest.findIndex((field) => field.name === name && (on === undefined || field.value === value));
    if (at < 0) continue;
    const [field] = rest.splice(at, 1);
    if (on === undefined) field.value = value;
    else /** @type {HTMLInputElement} */ (field).checked = on;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/** @param {HTMLFormElement} form */
function settle(form) {
  dirty.delete(form);
  sessionStorage.removeItem(keyOf(form));
}

behave("form[data-unsaved]", (element) => {
  const form = /** @type {HTMLFormElement} */ (element);
  let timer = 0;
  const changed = (/** @type {Event} */ event) => {
    if (!event.isTrusted && event.type === "change" && !dirty.has(form)) return;
    dirty.add(form);
    clearTimeout(timer);
    timer = window.setTimeout(() => keep(form), 400);
  };
  form.addEventListener("input", changed);
  form.addEventListener("tw:change", () => { dirty.add(form); });
  form.addEventListener("submit", () => { dirty.delete(form); });
  form.addEventListener("tw:saved", () => settle(form));
  if (form.id && sessionStorage.getItem(keyOf(form)) && form.dataset.unsaved !== "fresh") {
    toast({ text: _("You typed something here and did not save it."), action: _("Bring it back"), onAction: () => { restore(form); dirty.add(form); } });
  }
});

// A form that the server took: its draft goes. 4xx keeps it, and keeps it dirty.
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = /** @type {CustomEvent} */ (event).detail;
  const form = ctx.sourceElement?.closest?.("form[data-unsaved]");
  if (!form || /GET/.test(ctx.request.method)) return;
  if (ctx.response.status < 400) settle(form);
  else dirty.add(form);
});

// A plain form that was sent: the page that follows tells whether it was taken (it stays on the form if not).
addEventListener("pagehide", () => {
  for (const form of document.querySelectorAll("form[data-unsaved][data-sent]")) sessionStorage.removeItem(keyOf(/** @type {HTMLFormElement} */ (form)));
});

addEventListener("beforeunload", (event) => {
  const open = [...document.querySelectorAll("form[data-unsaved]")].some((form) => dirty.has(/** @type {HTMLFormElement} */ (form)));
  if (open) event.preventDefault();
});

// Signing out leaves nothing behind in the tab.
document.addEventListener("submit", (event) => {
  if (/logout$/.test(/** @type {HTMLFormElement} */ (event.target).action)) {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith("tw-draft:")) sessionStorage.removeItem(key);
  }
});

// @ts-check
/** Dialogs: opened by a button, sent by the server, closed by the answer; and the question before a step. */
import { behave } from "./dom.js";
import { isDirty } from "./unsaved.js";
import { _ } from "./text.js";

/** Asks and answers true or false. @param {string} text @param {string} [yes] @param {boolean} [danger] @returns {Promise<boolean>} */
export function ask(text, yes = "", danger = false) {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById("confirm-template"));
  const dialog = /** @type {HTMLDialogElement} */ (/** @type {Element} */ (template.content.firstElementChild).cloneNode(true));
  /** @type {HTMLElement} */ (dialog.querySelector(".ask")).textContent = text;
  const button = /** @type {HTMLButtonElement} */ (dialog.querySelector("[data-yes]"));
  if (yes) button.textContent = yes;
  if (danger) button.dataset.kind = "danger-fill";
  document.body.append(dialog);
  dialog.showModal();
  button.focus();
  return new Promise((resolve) => {
    button.addEventListener("click", () => { resolve(true); dialog.close(); });
    dialog.addEventListener("close", () => { resolve(false); dialog.remove(); });
  });
}

/** Closes unless typed text would be lost and the reader wants to keep it. @param {HTMLDialogElement} dialog */
async function close(dialog) {
  const form = dialog.querySelector("form");
  if (form && isDirty(form) && !(await ask(_("Close without saving?"), _("Discard what I typed"), true))) return;
  dialog.close();
}

/** Opens with the focus where the answer goes: the first field, else the way out of a dangerous step, else the step.
 * @param {HTMLDialogElement} dialog */
export function open(dialog) {
  if (dialog.open) return;
  dialog.showModal();
  if (dialog.querySelector("[autofocus]")) return;
  const danger = dialog.querySelector('footer [data-kind^="danger"]');
  const first = dialog.querySelector('.body :is(input:not([type="hidden"]), select:not(.sr), textarea):not(:disabled)') ?? (danger ? dialog.querySelector("footer [data-dialog-close]") : dialog.querySelector('footer [data-kind="primary"]'));
  /** @type {HTMLElement | null} */ (first)?.focus();
}

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  const opener = /** @type {HTMLElement | null} */ (target.closest("[data-dialog-open]"));
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialogOpen ?? "");
    if (dialog instanceof HTMLDialogElement) open(dialog);
    return;
  }
  const dialog = target.closest("dialog");
  if (!dialog) return;
  if (target.closest("[data-dialog-close]")) close(dialog);
  else if (target === dialog && outside(dialog, event)) close(dialog);
});

/** @param {HTMLDialogElement} dialog @param {MouseEvent} event */
function outside(dialog, event) {
  const box = dialog.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}

behave("dialog.dialog", (element) => {
  const dialog = /** @type {HTMLDialogElement} */ (element);
  dialog.addEventListener("cancel", (event) => {
    const form = dialog.querySelector("form");
    if (form && isDirty(form)) { event.preventDefault(); close(dialog); }
  });
  dialog.addEventListener("close", () => { if (dialog.parentElement?.id === "dialogs") dialog.remove(); });
  if (dialog.dataset.show !== undefined) open(dialog);
});

// The server closes the dialog a request came from with `HX-Trigger: tw:close-dialog`.
document.addEventListener("tw:close-dialog", (event) => {
  const target = event.target;
  const dialog = /** @type {HTMLDialogElement | null} */ ((target instanceof Element && target.closest("dialog")) || [...document.querySelectorAll("dialog[open]")].pop() || null);
  for (const form of dialog?.querySelectorAll("form") ?? []) form.dispatchEvent(new CustomEvent("tw:saved"));
  dialog?.close();
});

// hx-confirm and data-confirm ask in our own words.
document.addEventListener("htmx:confirm", (event) => {
  const { ctx, issueRequest, dropRequest } = /** @type {CustomEvent} */ (event).detail;
  event.preventDefault();
  const danger = /** @type {HTMLElement} */ (ctx.sourceElement).matches('[data-kind^="danger"], .t-danger');
  ask(ctx.confirm, ctx.sourceElement.dataset.confirmYes, danger).then((yes) => (yes ? issueRequest() : dropRequest()));
});
document.addEventListener("submit", (event) => {
  const button = /** @type {HTMLElement | null} */ (event.submitter);
  const text = button?.dataset.confirm ?? /** @type {HTMLElement} */ (event.target).dataset.confirm;
  if (!text || !button || button.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(text, button.dataset.confirmYes ?? button.textContent?.trim(), button.dataset.kind?.startsWith("danger")).then((yes) => {
    if (!yes) return;
    button.dataset.confirmed = "true";
    /** @type {HTMLFormElement} */ (event.target).requestSubmit(button);
    delete button.dataset.confirmed;
  });
}, true);

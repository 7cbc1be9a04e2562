// @ts-check
/** The bell: how many notices are new, kept up to date by the stream, and the panel below it. */
import { behave, place } from "./dom.js";
import { send } from "./net.js";
import { ngettext } from "./text.js";

behave("a.bell", (bell) => {
  const link = /** @type {HTMLAnchorElement} */ (bell);
  const panel = Object.assign(document.createElement("div"), { className: "notice-panel", id: "notice-panel", popover: "auto" });
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-label", link.dataset.label ?? "");
  (link.closest("header") ?? document.body).append(panel);
  link.setAttribute("aria-haspopup", "dialog");
  link.setAttribute("aria-expanded", "false");

  /** @param {number} unread */
  const show = (unread) => {
    const dot = /** @type {HTMLElement} */ (link.querySelector(".dot"));
    dot.hidden = !unread;
    link.setAttribute("aria-label", unread ? ngettext("Notices, {n} new", "Notices, {n} new", unread, { n: unread }) : link.dataset.label ?? "");
  };
  const count = () => send("GET", `${link.pathname}/unread`.replace("/notifications", "/api/v1/notifications")).then((answer) => show(answer.unread), () => undefined);

  const open = async () => {
    const answer = await fetch(`${link.pathname}/panel`, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
    if (!answer.ok) { location.assign(link.href); return; }
    panel.innerHTML = await answer.text();
    panel.showPopover();
    place(panel, link);
  };
  panel.addEventListener("toggle", (event) => {
    const isOpen = /** @type {ToggleEvent} */ (event).newState === "open";
    link.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) /** @type {HTMLElement | null} */ (panel.querySelector("a, button"))?.focus({ preventScroll: true });
    else if (panel.contains(document.activeElement)) link.focus();
  });
  panel.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.matches("[data-read-all]")) return;
    event.preventDefault();
    event.stopPropagation();
    send("POST", "/api/v1/notifications/read").then(() => { panel.hidePopover(); show(0); }, () => form.submit());
  });
  link.addEventListener("click", (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (panel.matches(":popover-open")) panel.hidePopover();
    else open();
  });
  document.addEventListener("tw:notice", count);
  document.addEventListener("tw:ready", count);
});

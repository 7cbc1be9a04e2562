// @ts-check
/** Times that stay true while the page is open: "5 h ago" and the clock at the customer's place. */
import { behave } from "./dom.js";
import { _, ngettext } from "./text.js";

/** @type {Set<() => void>} */
const clocks = new Set();

/** @param {number} seconds since then; negative is ahead @returns {string} "" beyond thirty days */
export function relative(seconds) {
  const minutes = Math.floor(Math.abs(seconds) / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  const past = seconds >= 0;
  if (days > 30) return "";
  if (days) return past ? ngettext("{n} day ago", "{n} days ago", days) : ngettext("in {n} day", "in {n} days", days);
  if (hours) return past ? _("{n} h ago", { n: hours }) : _("in {n} h", { n: hours });
  if (minutes) return past ? _("{n} min ago", { n: minutes }) : _("in {n} min", { n: minutes });
  return _("just now");
}

/** @param {HTMLElement} element @param {() => string} text */
function tick(element, text) {
  const draw = () => {
    if (!element.isConnected) return clocks.delete(draw);
    const now = text();
    if (now && element.textContent !== now) element.textContent = now;
    return true;
  };
  clocks.add(draw);
}

behave("time[data-relative]", (element) => {
  const then = Date.parse(/** @type {HTMLTimeElement} */ (element).dateTime);
  tick(element, () => relative((Date.now() - then) / 1000));
});

behave("time[data-clock]", (element) => {
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone: element.dataset.clock, hour: "2-digit", minute: "2-digit" });
  tick(element, () => clock.format());
});

setInterval(() => { if (!document.hidden) for (const draw of clocks) draw(); }, 30_000);
document.addEventListener("visibilitychange", () => { if (!document.hidden) for (const draw of clocks) draw(); });

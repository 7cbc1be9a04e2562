// @ts-check
/** What an expression sees while it is evaluated: values, the person, and one moment that does not move. */
import { dayOf, localClock, requireZone } from "./calendar.js";
import { Day, Instant } from "./values.js";

/** The acting person. `members` are the people of teams and `managers` the managers of people, where this side was told.
 * @typedef {{id: string, name?: string, email?: string, language?: string, zone?: string, team?: string | null,
 *   teams?: string[], territories?: string[], roles?: string[], managers?: Record<string, string | null>,
 *   members?: Record<string, string[]>, [more: string]: any}} Person */
/** Working days: by name ("" for the usual one) the weekdays that are worked (Monday is 1), and exceptions as day numbers.
 * @typedef {Record<string, {weekdays: number[], free?: Set<number>, worked?: Set<number>}>} Calendars */
/** @typedef {Record<string, any>} Values canonical values by dotted path */

export class Environment {
  /** @param {{record?: Values, old?: Values | null, user?: Person | null, flow?: Values, vars?: Values, roots?: Record<string, Values>,
   *   now?: bigint, zone?: string, calendars?: Calendars | null}} given `now` in microseconds since 1970 UTC; `calendars` null
   *   where Monday to Friday are worked */
  constructor(given = {}) {
    this.zone = given.zone ?? "UTC";
    requireZone(this.zone);
    /** @type {Record<string, Values>} */
    this.roots = { ...given.roots, record: given.record ?? {}, old: given.old ?? {}, flow: given.flow ?? {}, vars: given.vars ?? {} };
    this.user = given.user ?? null;
    this.now = new Instant(given.now ?? BigInt(Date.now()) * 1000n);
    this.today = new Day(dayOf(localClock(this.zone, this.now.key)));
    this.calendars = given.calendars ?? null;
    /** @type {Values} */
    this.row = {};
  }

  /** The value at a path of a root, null where it is blank or not given. @param {string} root @param {string} key @returns {any} */
  get(root, key) {
    if (root === "user") return this.user?.[key] ?? null;
    return this.roots[root]?.[key] ?? null;
  }
}

// @ts-check
/** The functions of the language by lower-case name. `run` gets the environment and the values; with `blanks` it sees null,
 * else it is never called with one. `forCall` chooses the function where the types of the arguments decide. */
import { DATES } from "./dates.js";
import { LISTS } from "./lists.js";
import { LOGIC } from "./logic.js";
import { NUMBERS } from "./numbers.js";
import { PEOPLE } from "./people.js";
import { TEXTS } from "./text.js";

/** @typedef {(env: import("../environment.js").Environment, ...values: any[]) => any} Run */
/** @typedef {{run: Run, blanks?: boolean, forCall?: (node: import("../compile.js").Node) => Run}} Function_ */

/** @type {Record<string, Function_>} */
export const FUNCTIONS = Object.freeze(Object.assign(Object.create(null), LOGIC, NUMBERS, TEXTS, DATES, LISTS, PEOPLE));

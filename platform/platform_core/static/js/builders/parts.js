// @ts-check
/** What the parts of a form need in the browser. */
import "./condition.js";
import "./expression.js";
import "./formula.js";
import "./matrix.js";
import "./numbers.js";
import "./struct.js";

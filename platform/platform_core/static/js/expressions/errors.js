// @ts-check
/** What an evaluation may end with instead of a value, and how large its values may be: the same as on the server. */

export const DIGITS = 28;
/** Operations of one evaluation; only functions over rows can come near. */
export const STEPS = 10_000;
/** Code points of any text that is made. */
export const RESULT_LENGTH = 10_000;
export const LIST_LENGTH = 1_000;
export const LIKE_PATTERN = 200;
/** Days that functions which look at each day may walk. */
export const DAY_SPAN = 36_600;

/** A value met while evaluating broke a limit, or is not of the type that was promised. `code` is the server's code. */
export class EvaluationError extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/** This side was not told enough to answer: the server decides. `about` names what is missing. */
export class UnknownHere extends Error {
  /** @param {string} about */
  constructor(about) {
    super(`unknown on this side: ${about}`);
    this.about = about;
  }
}

export function numberTooLarge() {
  return new EvaluationError("number_too_large");
}

export function dateOutOfRange() {
  return new EvaluationError("date_out_of_range");
}

/** The error of the language for anything that was thrown. @param {unknown} thrown @returns {Error} */
export function evaluationError(thrown) {
  if (thrown instanceof EvaluationError || thrown instanceof UnknownHere) return thrown;
  return new EvaluationError(thrown instanceof TypeError ? "wrong_value" : "evaluation_failed");
}

/** Called with the length a text is about to have, before it is built. @param {number} length */
export function requireTextLength(length) {
  if (length > RESULT_LENGTH) throw new EvaluationError("text_too_long");
}

/** @param {number} length */
export function requireListLength(length) {
  if (length > LIST_LENGTH) throw new EvaluationError("list_too_long");
}

/** @param {number} steps */
export function requireSteps(steps) {
  if (steps > STEPS) throw new EvaluationError("too_many_steps");
}

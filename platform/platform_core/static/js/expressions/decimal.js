// @ts-check
/** Exact decimals: `coefficient` × 10^`exponent`, as the server reckons: 28 digits, halves to the even digit, an error at
 * 10^28. Only values count; how many zeros stand behind the point does not. */
import { DIGITS, numberTooLarge, requireTextLength } from "./errors.js";

/** Digits of intermediate results that are rounded once, at the end. */
export const WIDE = 120;
const PLAIN = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?\s*$/;

export class Decimal {
  /** @param {bigint} coefficient @param {number} exponent */
  constructor(coefficient, exponent) {
    this.coefficient = coefficient;
    this.exponent = coefficient === 0n ? 0 : exponent;
  }

  /** Plain digits without an exponent and without zeros at the end: "1.5", "1000". */
  toString() {
    return textOf(this);
  }
}

export const ZERO = new Decimal(0n, 0);
export const ONE = new Decimal(1n, 0);
export const HUNDRED = new Decimal(100n, 0);

/** @type {bigint[]} */
const powers = [1n];
/** @param {number} n */
function power(n) {
  if (n > 400) return 10n ** BigInt(n);
  while (powers.length <= n) powers.push(powers[powers.length - 1] * 10n);
  return powers[n];
}

const MOST = power(DIGITS);

/** @param {bigint} value */
function absolute(value) {
  return value < 0n ? -value : value;
}

/** @param {bigint} value */
function digitsOf(value) {
  return absolute(value).toString().length;
}

/** The exponent of the first digit. @param {Decimal} value */
function magnitude(value) {
  return digitsOf(value.coefficient) - 1 + value.exponent;
}

/** A decimal from text ("-12.50", "1E+3") or a whole number. TypeError for anything else. @param {unknown} raw @returns {Decimal} */
export function decimal(raw) {
  if (raw instanceof Decimal) return raw;
  if (typeof raw === "number" && Number.isInteger(raw)) return new Decimal(BigInt(raw), 0);
  const found = typeof raw === "string" ? PLAIN.exec(raw) : null;
  if (!found || !(found[2] || found[3])) throw new TypeError(`not a number: ${String(raw)}`);
  const [, sign, whole, fraction = "", exponent = "0"] = found;
  const coefficient = BigInt(`${whole}${fraction}`);
  return new Decimal(sign === "-" ? -coefficient : coefficient, Number(exponent) - fraction.length);
}

/** The divisor's share of `value`, halves to the even digit. @param {bigint} value @param {bigint} divisor > 0 */
function halfEven(value, divisor) {
  const quotient = value / divisor;
  const twice = absolute(value % divisor) * 2n;
  if (twice < divisor || (twice === divisor && quotient % 2n === 0n)) return quotient;
  return value < 0n ? quotient - 1n : quotient + 1n;
}

/** The same, halves away from zero. @param {bigint} value @param {bigint} divisor */
function halfUp(value, divisor) {
  const quotient = value / divisor;
  if (absolute(value % divisor) * 2n < divisor) return quotient;
  return value < 0n ? quotient - 1n : quotient + 1n;
}

/** coefficient × 10^exponent to so many digits; an error at 10^28 unless it is wide. @param {bigint} coefficient @param {number} exponent @param {number} [digits] */
function fitted(coefficient, exponent, digits = DIGITS) {
  if (exponent <= 0 && coefficient < MOST && coefficient > -MOST) return new Decimal(coefficient, exponent);
  let [kept, at, count] = [coefficient, exponent, digitsOf(coefficient)];
  if (count > digits) {
    kept = halfEven(kept, power(count - digits));
    at += count - digits;
    count = digitsOf(kept);
  }
  if (digits === DIGITS && kept !== 0n && count - 1 + at >= DIGITS) throw numberTooLarge();
  return new Decimal(kept, at);
}

/** `value` to 28 digits; an error at 10^28 and beyond. @param {Decimal} value */
export function bounded(value) {
  return fitted(value.coefficient, value.exponent);
}

/** Both coefficients at one exponent. @param {Decimal} left @param {Decimal} right @returns {[bigint, bigint, number]} */
function aligned(left, right) {
  const by = left.exponent - right.exponent;
  if (by === 0) return [left.coefficient, right.coefficient, left.exponent];
  if (by > 0) return [left.coefficient * power(by), right.coefficient, right.exponent];
  return [left.coefficient, right.coefficient * power(-by), left.exponent];
}

/** @param {Decimal} left @param {Decimal} right */
export function add(left, right) {
  const [a, b, exponent] = aligned(left, right);
  return fitted(a + b, exponent);
}

/** @param {Decimal} left @param {Decimal} right */
export function subtract(left, right) {
  const [a, b, exponent] = aligned(left, right);
  return fitted(a - b, exponent);
}

/** @param {Decimal} left @param {Decimal} right @param {number} [digits] */
export function multiply(left, right, digits = DIGITS) {
  return fitted(left.coefficient * right.coefficient, left.exponent + right.exponent, digits);
}

/** @param {Decimal} value */
export function negate(value) {
  return fitted(-value.coefficient, value.exponent);
}

/** @param {Decimal} value */
export function abs(value) {
  return fitted(absolute(value.coefficient), value.exponent);
}

/** @param {Decimal} value */
export function isZero(value) {
  return value.coefficient === 0n;
}

/** Below, at or above zero: the order of two numbers. @param {Decimal} left @param {Decimal} right */
export function compare(left, right) {
  const [a, b] = left.exponent === right.exponent ? [left.coefficient, right.coefficient] : aligned(left, right);
  return a < b ? -1 : a > b ? 1 : 0;
}

/** left / right to so many digits, halves to the even digit; null by zero. @param {Decimal} left @param {Decimal} right @param {number} [digits] */
export function divide(left, right, digits = DIGITS) {
  if (isZero(right)) return null;
  if (isZero(left)) return ZERO;
  const shift = Math.max(digitsOf(right.coefficient) - digitsOf(left.coefficient) + digits + 1, 0);
  const dividend = left.coefficient * power(shift);
  let quotient = dividend / right.coefficient;
  // One more digit than is kept: a rest behind it must not look like an exact half.
  const rest = dividend % right.coefficient !== 0n;
  if (rest && quotient % 5n === 0n) quotient += (dividend < 0n) === (right.coefficient < 0n) ? 1n : -1n;
  return tidied(fitted(quotient, left.exponent - right.exponent - shift, digits));
}

/** Without the zeros at the end that a division leaves. @param {Decimal} value */
function tidied(value) {
  let { coefficient, exponent } = value;
  for (const step of [16, 4, 1]) {
    while (exponent <= -step && coefficient % power(step) === 0n) {
      coefficient /= power(step);
      exponent += step;
    }
  }
  return new Decimal(coefficient, exponent);
}

/** The whole quotient towards zero and what is left. @param {Decimal} left @param {Decimal} right @returns {[bigint, Decimal]} */
function divided(left, right) {
  const higher = isZero(left) ? -1 : magnitude(left) - magnitude(right);
  if (higher < -1) return [0n, left];
  if (higher > WIDE) throw numberTooLarge();
  const [a, b, exponent] = aligned(left, right);
  const quotient = a / b;
  if (absolute(quotient) >= power(WIDE)) throw numberTooLarge();
  return [quotient, new Decimal(a % b, exponent)];
}

/** @param {Decimal} rest @param {Decimal} by */
function signsDiffer(rest, by) {
  return !isZero(rest) && rest.coefficient < 0n !== by.coefficient < 0n;
}

/** The whole number at or below left / right; null by zero. @param {Decimal} left @param {Decimal} right */
export function floorDivide(left, right) {
  if (isZero(right)) return null;
  const [quotient, rest] = divided(left, right);
  return fitted(signsDiffer(rest, right) ? quotient - 1n : quotient, 0);
}

/** What is left, with the sign of `right`; null by zero. @param {Decimal} left @param {Decimal} right */
export function modulo(left, right) {
  if (isZero(right)) return null;
  const rest = divided(left, right)[1];
  if (!signsDiffer(rest, right)) return bounded(rest);
  const [a, b, exponent] = aligned(rest, right);
  return fitted(a + b, exponent);
}

/** At most `places` decimals (negative: tens, hundreds). @param {Decimal} value @param {number} places @param {boolean} [even] halves to the even digit */
export function round(value, places, even = false) {
  const drop = -value.exponent - places;
  if (drop <= 0) return value;
  if (drop > digitsOf(value.coefficient) + 1) return ZERO;
  return fitted((even ? halfEven : halfUp)(value.coefficient, power(drop)), -places);
}

/** @param {Decimal} value */
export function floor(value) {
  if (value.exponent >= 0) return value;
  if (-value.exponent > digitsOf(value.coefficient)) return new Decimal(value.coefficient < 0n ? -1n : 0n, 0);
  const by = power(-value.exponent);
  const cut = value.coefficient / by;
  return new Decimal(value.coefficient < 0n && value.coefficient % by !== 0n ? cut - 1n : cut, 0);
}

/** @param {Decimal} value */
export function ceiling(value) {
  const below = floor(new Decimal(-value.coefficient, value.exponent));
  return fitted(-below.coefficient, below.exponent);
}

/** `value` cut to a whole number and to the range: counts and positions. @param {Decimal} value @param {number} least @param {number} most */
export function whole(value, least, most) {
  if (isZero(value)) return Math.min(Math.max(0, least), most);
  if (magnitude(value) > 15) return value.coefficient < 0n ? least : most;
  if (magnitude(value) < 0) return Math.min(Math.max(0, least), most);
  const cut = value.exponent < 0 ? value.coefficient / power(-value.exponent) : value.coefficient * power(value.exponent);
  return Math.min(Math.max(Number(cut), least), most);
}

/** Plain digits. @param {Decimal} value */
export function textOf(value) {
  const { coefficient, exponent } = value;
  if (coefficient === 0n) return "0";
  const sign = coefficient < 0n ? "-" : "";
  let digits = absolute(coefficient).toString();
  requireTextLength(exponent > 0 ? digits.length + exponent : -exponent - digits.length);
  if (exponent >= 0) return sign + digits + "0".repeat(exponent);
  digits = digits.padStart(1 - exponent, "0");
  const point = digits.length + exponent;
  const fraction = digits.slice(point).replace(/0+$/, "");
  requireTextLength(sign.length + point + (fraction ? fraction.length + 1 : 0));
  return sign + digits.slice(0, point) + (fraction ? `.${fraction}` : "");
}

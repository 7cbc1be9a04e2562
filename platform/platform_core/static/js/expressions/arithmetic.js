// @ts-check
/** What the operators do, for values already known not to be blank. */
import * as numbers from "./decimal.js";
import { Decimal } from "./decimal.js";
import { DIGITS, dateOutOfRange, numberTooLarge, requireTextLength } from "./errors.js";
import { Day, Duration, Instant, Money } from "./values.js";
import { boundedInstant } from "./calendar.js";

const LONGEST = 999_999_999n * 86_400_000_000n;

/** How many code points a text has. @param {string} text */
export function length(text) {
  let count = text.length;
  for (let at = 0; at < text.length - 1; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00) {
      count -= 1;
      at += 1;
    }
  }
  return count;
}

/** @param {string[]} parts */
export function joinTexts(parts) {
  requireTextLength(parts.reduce((sum, part) => sum + length(part), 0));
  return parts.join("");
}

/** @param {bigint} micros */
function span(micros) {
  if (micros > LONGEST || micros < -LONGEST) throw dateOutOfRange();
  return new Duration(micros);
}

/** @param {unknown} value @returns {Decimal} */
export function number(value) {
  if (value instanceof Decimal) return value;
  throw new TypeError("not a number");
}

/** @param {Money} left @param {Money} right @param {(a: Decimal, b: Decimal) => Decimal} operation */
function ofMoney(left, right, operation) {
  return left.currency === right.currency ? new Money(operation(left.amount, right.amount), left.currency) : null;
}

/** @param {any} left @param {any} right */
export function add(left, right) {
  if (typeof left === "string" && typeof right === "string") return joinTexts([left, right]);
  if (left instanceof Money && right instanceof Money) return ofMoney(left, right, numbers.add);
  if (left instanceof Instant && right instanceof Duration) return new Instant(boundedInstant(left.key + right.key));
  if (left instanceof Duration && right instanceof Duration) return span(left.key + right.key);
  return numbers.add(number(left), number(right));
}

/** Dates give days, moments a duration; null for two currencies. @param {any} left @param {any} right */
export function subtract(left, right) {
  if (left instanceof Money && right instanceof Money) return ofMoney(left, right, numbers.subtract);
  if (left instanceof Instant && right instanceof Instant) return new Duration(left.key - right.key);
  if (left instanceof Instant && right instanceof Duration) return new Instant(boundedInstant(left.key - right.key));
  if (left instanceof Duration && right instanceof Duration) return span(left.key - right.key);
  if (left instanceof Day && right instanceof Day) return numbers.decimal(left.key - right.key);
  return numbers.subtract(number(left), number(right));
}

/** Money or a duration by a number, on either side. @param {any} left @param {any} right */
export function multiply(left, right) {
  const [value, by] = right instanceof Money || right instanceof Duration ? [right, left] : [left, right];
  if (value instanceof Money) return new Money(numbers.multiply(value.amount, number(by)), value.currency);
  return value instanceof Duration ? scaled(value, number(by)) : numbers.multiply(number(value), number(by));
}

/** To the microsecond, half away from zero. @param {Duration} value @param {Decimal} factor */
function scaled(value, factor) {
  const product = numbers.multiply(new Decimal(value.key, 0), factor, numbers.WIDE);
  if (product.exponent > DIGITS) throw numberTooLarge();
  const micros = product.exponent < 0 ? wholeOf(product) : product.coefficient * 10n ** BigInt(product.exponent);
  if (micros > LONGEST || micros < -LONGEST) throw numberTooLarge();
  return new Duration(micros);
}

/** Rounded half away from zero; the bound comes after. @param {Decimal} value */
function wholeOf(value) {
  const by = 10n ** BigInt(-value.exponent);
  const half = value.coefficient < 0n ? -by / 2n : by / 2n;
  return (value.coefficient + half) / by;
}

/** Money by money is a number; null by zero and for two currencies. @param {any} left @param {any} right */
export function quotient(left, right) {
  if (left instanceof Money && right instanceof Money) {
    return left.currency === right.currency ? numbers.divide(left.amount, right.amount) : null;
  }
  if (left instanceof Money) return withCurrency(numbers.divide(left.amount, number(right)), left);
  if (left instanceof Duration && right instanceof Duration) {
    return numbers.divide(new Decimal(left.key, 0), new Decimal(right.key, 0));
  }
  return numbers.divide(number(left), number(right));
}

/** @param {Decimal | null} amount @param {Money} like */
export function withCurrency(amount, like) {
  return amount === null ? null : new Money(amount, like.currency);
}

/** left / right rounded once from the exact quotient, half away from zero. @param {any} left @param {any} right @param {Decimal} digits */
export function roundedQuotient(left, right, digits) {
  if (left instanceof Money && right instanceof Money) {
    return left.currency === right.currency ? roundQuotient(left.amount, right.amount, digits) : null;
  }
  if (left instanceof Money) return withCurrency(roundQuotient(left.amount, number(right), digits), left);
  return roundQuotient(number(left), number(right), digits);
}

/** @param {Decimal} left @param {Decimal} right @param {Decimal} digits */
function roundQuotient(left, right, digits) {
  const exact = numbers.divide(left, right, numbers.WIDE);
  return exact === null ? null : roundTo(exact, digits);
}

/** @param {Decimal} value @param {Decimal} digits @param {boolean} [even] */
export function roundTo(value, digits, even = false) {
  return numbers.round(number(value), numbers.whole(digits, -DIGITS, DIGITS), even);
}

/** @param {any} left @param {any} right */
export function floorDivide(left, right) {
  return numbers.floorDivide(number(left), number(right));
}

/** @param {any} left @param {any} right */
export function modulo(left, right) {
  return numbers.modulo(number(left), number(right));
}

/** @param {any} value */
export function negate(value) {
  if (value instanceof Money) return new Money(numbers.negate(value.amount), value.currency);
  return value instanceof Duration ? new Duration(-value.key) : numbers.negate(number(value));
}

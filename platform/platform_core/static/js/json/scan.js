// @ts-check
/** Reads JSON that is being written: tokens for colours, a tree with places, the first mistake, and where the caret is. */
import { _ } from "../text.js";

/** @typedef {{type: "string" | "number" | "word" | "mark" | "bad", start: number, end: number, key?: boolean}} Token
 *  @typedef {{kind: "object" | "array" | "value", start: number, end: number, members: Member[], value?: unknown, pointer: string}} Node
 *  @typedef {{key: string | number, keyStart: number, keyEnd: number, colon: number, node: Node | null}} Member
 *  @typedef {{offset: number, message: string}} Mistake
 *  @typedef {{tokens: Token[], root: Node | null, mistake: Mistake | null}} Scan */

const PATTERN = /("(?:[^"\\\n]|\\.)*("?))|(-?\d[\w.+-]*)|([A-Za-z_]\w*)|([{}[\],:])|(\S)/g;

/** @param {string} text @returns {Token[]} */
function tokenise(text) {
  /** @type {Token[]} */
  const tokens = [];
  for (const match of text.matchAll(PATTERN)) {
    const start = match.index ?? 0;
    const type = match[1] !== undefined ? (match[2] ? "string" : "bad") : match[3] !== undefined ? "number" : match[4] !== undefined ? "word" : match[5] !== undefined ? "mark" : "bad";
    tokens.push({ type, start, end: start + match[0].length });
  }
  return tokens;
}

/** A JSON pointer's step. @param {string | number} key */
function step(key) {
  return `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

class Reader {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
    this.tokens = tokenise(text);
    this.at = 0;
    /** @type {Mistake | null} */
    this.mistake = null;
  }

  get token() {
    return this.tokens[this.at];
  }

  /** @param {string} message */
  wrong(message) {
    this.mistake ??= { offset: this.token?.start ?? this.text.length, message };
  }

  /** @param {Token | undefined} token */
  sign(token) {
    return token?.type === "mark" ? this.text[token.start] : "";
  }

  /** @param {Token} token @returns {unknown} */
  decode(token) {
    const raw = this.text.slice(token.start, token.end);
    try { return JSON.parse(raw); } catch { /* half-written */ }
    if (token.type === "string" || token.type === "bad") return raw.replace(/^"|"$/g, "");
    this.wrong(_("“{text}” is no JSON value", { text: raw }));
    return raw;
  }

  /** @param {string} pointer @returns {Node | null} */
  value(pointer) {
    const token = this.token;
    const sign = this.sign(token);
    if (sign === "{" || sign === "[") return this.container(pointer, sign);
    if (!token || sign) { this.wrong(_("a value is missing")); return null; }
    if (token.type === "bad") this.wrong(this.text[token.start] === '"' ? _("this text is not closed") : _("this sign does not belong here"));
    this.at += 1;
    return { kind: "value", start: token.start, end: token.end, members: [], value: this.decode(token), pointer };
  }

  /** @param {string} pointer @param {string} sign @returns {Node} */
  container(pointer, sign) {
    const close = sign === "{" ? "}" : "]";
    /** @type {Node} */
    const node = { kind: sign === "{" ? "object" : "array", start: this.token.start, end: this.text.length, members: [], pointer };
    this.at += 1;
    let comma = true;
    for (;;) {
      const now = this.sign(this.token);
      if (!this.token) { this.wrong(_("“{sign}” is missing", { sign: close })); return node; }
      if (now === close) {
        if (comma && node.members.length) this.wrong(_("a comma too many"));
        node.end = this.token.end;
        this.at += 1;
        return node;
      }
      if (now === "}" || now === "]") { this.wrong(_("“{sign}” is missing", { sign: close })); node.end = this.token.start; return node; }
      if (now === ",") { if (comma) this.wrong(_("a comma too many")); comma = true; this.at += 1; continue; }
      if (!comma) this.wrong(_("a comma is missing"));
      comma = false;
      this.member(node, sign);
    }
  }

  /** @param {Node} node @param {string} sign */
  member(node, sign) {
    if (sign === "[") {
      const key = node.members.length;
      const start = this.token.start;
      const before = this.at;
      node.members.push({ key, keyStart: start, keyEnd: start, colon: start, node: this.value(node.pointer + step(key)) });
      if (this.at === before) this.at += 1;
      return;
    }
    const token = this.token;
    if (token.type !== "string") this.wrong(token.type === "bad" && this.text[token.start] === '"' ? _("this text is not closed") : _("a name in quotes is missing"));
    token.key = true;
    const key = String(this.decode(token));
    this.at += 1;
    /** @type {Member} */
    const member = { key, keyStart: token.start, keyEnd: token.end, colon: -1, node: null };
    if (node.members.some((other) => other.key === key)) this.mistake ??= { offset: token.start, message: _("“{name}” is here twice", { name: key }) };
    node.members.push(member);
    if (this.sign(this.token) !== ":") return this.wrong(_("a colon is missing"));
    member.colon = this.token.start;
    this.at += 1;
    if (!/[,}\]]/.test(this.sign(this.token))) member.node = this.value(node.pointer + step(key));
    else this.wrong(_("a value is missing"));
  }
}

/** @param {string} text @returns {Scan} */
export function scan(text) {
  const reader = new Reader(text);
  const root = reader.tokens.length ? reader.value("") : null;
  if (root && reader.token) reader.wrong(_("nothing may follow here"));
  return { tokens: reader.tokens, root, mistake: reader.mistake };
}

/** The node of a pointer, or the nearest one above it. @param {Scan} found @param {string} pointer @returns {{start: number, end: number}} */
export function placeOf(found, pointer) {
  let node = found.root;
  let place = { start: node?.start ?? 0, end: (node?.start ?? 0) + 1 };
  for (const part of pointer.split("/").slice(1)) {
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    const member = node?.members.find((one) => String(one.key) === name);
    if (!member) break;
    place = { start: member.keyStart, end: member.keyEnd > member.keyStart ? member.keyEnd : member.node?.kind === "value" ? member.node.end : member.keyStart + 1 };
    node = member.node;
  }
  return place;
}

/** What stands in a node, as plain data. @param {Node | null | undefined} node @returns {any} */
export function plain(node) {
  if (!node) return undefined;
  if (node.kind === "value") return node.value;
  if (node.kind === "array") return node.members.map((member) => plain(member.node));
  return Object.fromEntries(node.members.map((member) => [member.key, plain(member.node)]));
}

/** @typedef {{path: (string | number)[], wants: "key" | "value", from: number, to: number, typed: string, holder: Node | null, after: string}} Caret */

/** Where the caret is and what may be written there. @param {Scan} found @param {string} text @param {number} offset @returns {Caret} */
export function caretAt(found, text, offset) {
  const token = found.tokens.find((one) => one.type !== "mark" && one.start < offset && offset <= one.end);
  const from = token?.start ?? offset;
  const to = token?.end ?? offset;
  /** @type {(string | number)[]} */
  const path = [];
  let holder = found.root && found.root.kind !== "value" && found.root.start < from ? found.root : null;
  /** @type {Caret} */
  const caret = { path, wants: "value", from, to, typed: text.slice(from, offset).replace(/^"/, ""), holder, after: text.slice(to).trimStart()[0] ?? "" };
  while (holder) {
    caret.holder = holder;
    const inside = holder.members.find((member) => member.node && member.node.kind !== "value" && member.node.start < from && (offset < member.node.end || unclosed(member.node, text)));
    if (inside?.node) { path.push(inside.key); holder = inside.node; continue; }
    if (holder.kind === "array") {
      path.push(holder.members.filter((member) => member.keyStart < from).length);
      return caret;
    }
    const member = [...holder.members].reverse().find((one) => one.colon >= 0 && one.colon < from && !text.slice(one.node?.end ?? one.colon, from).includes(","));
    const isKey = holder.members.some((one) => one.keyStart === from) || !member || (member.node !== null && member.node.end < from);
    if (isKey) return { ...caret, wants: "key" };
    if (member) path.push(member.key);
    return caret;
  }
  return caret;
}

/** @param {Node} node @param {string} text */
function unclosed(node, text) {
  return !/[}\]]/.test(text[node.end - 1] ?? "");
}

// @ts-check
/** The state of a form's fields while it is filled in, without a screen: what is shown, required and closed, what rules and
 * formulas fill in, what is offered, which checks fail. A change asks only the rules that read what has changed. */
import { Environment, EvaluationError, UNKNOWN, UnknownHere, compile, decode, inputsOf, same } from "../expressions/evaluate.js";
import { parseMoment } from "../expressions/calendar.js";
import { isBlank } from "../expressions/functions/logic.js";
import { fitted, kept } from "./fitting.js";
import { aimsOf, columnOf, compileRule, inOrder, tableOf } from "./payload.js";

/** @typedef {import("./payload.js").Payload} Payload */
/** @typedef {import("./payload.js").Rule} Rule */
/** @typedef {import("./payload.js").SetData} SetData */
/** @typedef {{visible: boolean, required: boolean, closed: boolean}} State */
/** A row of a table: its key on the screen and its values. @typedef {{key: string, values: Record<string, any>}} Row */
/** What a change did, by path; a cell is "lines.<key>.qty". `failed` has the messages of failing checks by rule.
 * @typedef {{states: Map<string, State>, values: Map<string, any>, offers: Set<string>, computed: Map<string, any>,
 *   checks: Map<string, Failure[]>}} Changes */
/** A failing check: where it is told ("" for the form) and its words. @typedef {{at: string, message: string}} Failure */

const ROUNDS = 8;
const OPEN = Object.freeze({ visible: true, required: false, closed: false });

/** Whether a value is the one that was there; what only the server reads is the same as itself alone. @param {any} before @param {any} value */
function unchanged(before, value) {
  if (before === UNKNOWN || value === UNKNOWN) return before === value;
  try {
    return same(before, value);
  } catch {
    return false;
  }
}

/** A value that has no counterpart here, such as the parts of a phone number, is left to the server. @param {any} value */
function readable(value) {
  const strange = value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype;
  return strange ? UNKNOWN : value;
}

export class Engine {
  /** @param {Payload} payload */
  constructor(payload) {
    this.payload = payload;
    this.fields = payload.fields;
    this.rules = (payload.rules ?? []).map(compileRule);
    this.setting = inOrder(this.rules);
    this.computed = Object.entries(payload.computed ?? {}).map(([name, data]) => ({ name, data, run: compile(data.ir), reads: inputsOf(data.ir) }));
    /** @type {Record<string, any>} */
    this.record = this.decoded(payload.record ?? {});
    /** @type {Record<string, any>} */
    this.old = this.decoded(payload.old ?? {});
    this.env = new Environment({
      record: this.record, old: this.old, user: payload.user ?? null, zone: payload.zone,
      now: payload.now ? parseMoment(payload.now)?.instant ?? undefined : undefined,
    });
    /** Rows on the screen by table. @type {Map<string, Row[]>} */
    this.tables = new Map();
    for (const [name, { columns }] of Object.entries(this.fields)) {
      const rows = this.record[name];
      if (columns && Array.isArray(rows)) this.tables.set(name, rows.map((values, at) => ({ key: String(payload.record?.[name]?.[at]?.id ?? at), values })));
    }
    /** What each rule answered: by row key, "" for the record. @type {Map<Rule, Map<string, boolean>>} */
    this.answers = new Map();
    /** @type {Map<string, State>} */
    this.states = new Map();
    this.aimed = this.index();
    this.columns = this.columnsRead();
  }

  /** Canonical values of wire values, by path. @param {Record<string, any>} wire */
  decoded(wire) {
    return Object.fromEntries(Object.entries(wire).map(([path, value]) => {
      const { columns } = this.fields[path] ?? {};
      if (!columns || !Array.isArray(value)) return [path, readable(decode(this.typeOf(path), value))];
      return [path, value.map((row) => Object.fromEntries(Object.entries(columns).map(([name, { type }]) => [name, readable(decode(type, row[name] ?? null))])))];
    }));
  }

  /** The type of a field, of a column, or of a field behind a link. @param {string} path */
  typeOf(path) {
    const field = this.fields[path] ?? this.fields[tableOf(path)]?.columns?.[columnOf(path)];
    return field?.type ?? "text";
  }

  /** By aim the rules that speak about it. */
  index() {
    /** @type {Map<string, Rule[]>} */
    const found = new Map();
    for (const rule of this.rules) {
      for (const path of aimsOf(rule.data)) found.set(path, [...(found.get(path) ?? []), rule]);
    }
    return found;
  }

  /** By table the columns that some tree reads, as path and name. */
  columnsRead() {
    /** @type {Map<string, [string, string][]>} */
    const found = new Map();
    for (const [name, field] of Object.entries(this.fields)) {
      if (field.columns) found.set(name, Object.keys(field.columns).map((column) => [`${name}.${column}`, column]));
    }
    return found;
  }

  /** A value that was typed or picked. Answers whether it is another one. @param {string} name @param {any} value canonical */
  put(name, value) {
    if (unchanged(this.record[name] ?? null, value)) return false;
    this.record[name] = value;
    // What stands behind a link that was changed is not known here.
    for (const path of Object.keys(this.record)) if (path.startsWith(`${name}.`)) this.record[path] = UNKNOWN;
    return true;
  }

  /** One cell. Answers whether it holds another value now; null where there is no such row. @param {string} table @param {string} key @param {string} column @param {any} value */
  putCell(table, key, column, value) {
    const row = this.tables.get(table)?.find((one) => one.key === key);
    if (!row) return null;
    const changed = !unchanged(row.values[column] ?? null, value);
    row.values[column] = value;
    return changed;
  }

  /** The rows of a table as they stand on the screen. @param {string} table @param {Row[]} rows */
  putRows(table, rows) {
    this.tables.set(table, rows);
    this.record[table] = rows.map((row) => row.values);
  }

  /** Everything, from nothing: the first time, and when rows came or went. */
  start() {
    return this.settle(null);
  }

  /** What follows from changes of these paths. @param {Iterable<string>} paths */
  change(paths) {
    return this.settle(new Set(paths));
  }

  /** @param {Set<string> | null} dirty null: everything @returns {Changes} */
  settle(dirty) {
    /** @type {Changes} */
    const changes = { states: new Map(), values: new Map(), offers: new Set(), computed: new Map(), checks: new Map() };
    const all = dirty === null;
    let wave = dirty;
    const touched = new Set(dirty ?? []);
    for (let round = 0; round < ROUNDS; round += 1) {
      const asked = this.rules.filter((rule) => this.concerns(rule.reads, wave) || rule.sets.some((set) => this.concerns(set.reads, wave)));
      for (const rule of asked) this.ask(rule);
      const filled = this.fill(wave, changes);
      for (const path of filled) touched.add(path);
      if (filled.size === 0) break;
      wave = filled;
    }
    const seen = all ? null : touched;
    this.judge(seen, changes);
    this.offer(seen, changes);
    this.checkAll(seen, changes);
    return changes;
  }

  /** Whether something of what is read is among the changed paths. @param {Set<string>} reads @param {Set<string> | null} dirty */
  concerns(reads, dirty) {
    if (dirty === null) return true;
    for (const path of dirty) {
      if (reads.has(path)) return true;
      for (const read of reads) if (read.startsWith(`${path}.`)) return true;
    }
    return false;
  }

  /** Runs `act` for every row of a table; meanwhile trees read the row's values as "lines.qty".
   * @param {string} table @param {(row: Row) => void} act */
  eachRow(table, act) {
    const columns = this.columns.get(table) ?? [];
    try {
      for (const row of this.tables.get(table) ?? []) {
        for (const [path, column] of columns) this.record[path] = row.values[column] ?? null;
        act(row);
      }
    } finally {
      for (const [path] of columns) delete this.record[path];
    }
  }

  /** Asks a rule for the record, or for each row. @param {Rule} rule */
  ask(rule) {
    /** @type {Map<string, boolean>} */
    const answers = new Map();
    const before = this.answers.get(rule);
    if (rule.rows) this.eachRow(rule.rows, (row) => answers.set(row.key, this.holds(rule, before?.get(row.key))));
    else answers.set("", this.holds(rule, before?.get("")));
    this.answers.set(rule, answers);
  }

  /** Whether a rule holds. What this side cannot know stays as it was; at first it is as the server said.
   * @param {Rule} rule @param {boolean} [before] @returns {boolean} */
  holds(rule, before) {
    if (!rule.when) return rule.data.holds ?? true;
    const found = this.tried(rule.when);
    return found === UNKNOWN ? before ?? rule.data.holds ?? (rule.data.show ?? []).length > 0 : found === true;
  }

  /** The value of a tree: null where it fails, UNKNOWN where the server has to say. @param {(env: Environment) => any} run */
  tried(run) {
    try {
      return run(this.env);
    } catch (thrown) {
      if (thrown instanceof UnknownHere) return UNKNOWN;
      if (thrown instanceof EvaluationError) return null;
      throw thrown;
    }
  }

  /** @param {Rule} rule @param {string} key of a row, "" for the record */
  answered(rule, key) {
    return this.answers.get(rule)?.get(rule.rows ? key : "") ?? false;
  }

  /** Gives fields the values that rules and formulas have for them. Answers the paths that changed.
   * @param {Set<string> | null} dirty @param {Changes} changes */
  fill(dirty, changes) {
    /** @type {Set<string>} */
    const filled = new Set();
    for (const rule of this.setting) {
      for (const set of rule.sets) {
        if (!this.concerns(set.reads, dirty) && !this.concerns(rule.reads, dirty)) continue;
        if (set.table) this.eachRow(set.table, (row) => { if (this.answered(rule, row.key)) this.fillCell(set, row, filled, changes); });
        else if (this.answered(rule, "")) this.fillField(set.path, kept(this.tried(set.run), this.fields[set.path]), filled, changes.values);
      }
    }
    for (const { name, data, run, reads } of this.computed) {
      if (this.concerns(reads, dirty) || this.concerns(reads, filled)) this.fillField(name, fitted(this.tried(run), data), filled, changes.computed);
    }
    return filled;
  }

  /** @param {string} path @param {any} value @param {Set<string>} filled @param {Map<string, any>} into */
  fillField(path, value, filled, into) {
    if (value === UNKNOWN || !this.put(path, value)) return;
    filled.add(path);
    into.set(path, value);
  }

  /** @param {SetData} set @param {Row} row @param {Set<string>} filled @param {Changes} changes */
  fillCell(set, row, filled, changes) {
    const value = kept(this.tried(set.run), this.fields[set.table]?.columns?.[set.column]);
    if (value === UNKNOWN || unchanged(row.values[set.column] ?? null, value)) return;
    row.values[set.column] = value;
    this.record[set.path] = value;
    filled.add(set.path);
    changes.values.set(`${set.table}.${row.key}.${set.column}`, value);
  }

  /** The states of what the asked rules speak about. @param {Set<string> | null} touched @param {Changes} changes */
  judge(touched, changes) {
    const given = touched === null ? [...Object.keys(this.payload.states ?? {}), ...this.staged()] : this.payload.matrix && touched.has(this.payload.matrix.field) ? this.staged() : [];
    const paths = new Set(given);
    for (const [path, rules] of this.aimed) {
      if (touched === null || rules.some((rule) => this.concerns(rule.reads, touched))) paths.add(path);
    }
    for (const path of paths) {
      const table = this.fields[path] ? "" : tableOf(path);
      if (!table) this.note(path, this.stateOf(path, ""), changes);
      for (const row of table ? this.tables.get(table) ?? [] : []) {
        this.note(`${table}.${row.key}.${columnOf(path)}`, this.stateOf(path, row.key), changes);
      }
    }
  }

  /** @param {string} place @param {State} state @param {Changes} changes */
  note(place, state, changes) {
    const before = this.states.get(place) ?? this.ownState(place);
    if (before.visible === state.visible && before.required === state.required && before.closed === state.closed) return;
    this.states.set(place, state);
    changes.states.set(place, state);
  }

  /** How the server drew it, before any rule. @param {string} place @returns {State} */
  ownState(place) {
    const [table, , column] = place.split(".");
    const own = column ? this.fields[table]?.columns?.[column] : this.fields[place];
    return own?.required ? { ...OPEN, required: true } : OPEN;
  }

  /** All verdicts together; the strictest wins. What is hidden or closed is never required. @param {string} path @param {string} key @returns {State} */
  stateOf(path, key) {
    const given = this.payload.states?.[path] ?? {};
    const own = this.fields[path] ?? this.fields[tableOf(path)]?.columns?.[columnOf(path)];
    const level = this.levelOf(path);
    let visible = given.visible !== false && level !== "hidden";
    let closed = given.read_only === true || level === "read";
    let required = given.required === true || own?.required === true || level === "required";
    for (const rule of this.aimed.get(path) ?? []) {
      const holds = this.answered(rule, key);
      if (!holds && rule.data.show?.includes(path)) visible = false;
      if (holds && rule.data.require?.includes(path)) required = true;
      if (holds && (rule.data.read_only?.includes(path) || rule.sets.some((set) => set.path === path && !set.free))) closed = true;
    }
    return { visible, closed, required: required && visible && !closed };
  }

  /** The fields that the stage matrix speaks about. @returns {string[]} */
  staged() {
    return [...new Set(Object.values(this.payload.matrix?.levels ?? {}).flatMap(Object.keys))];
  }

  /** What the stage lets do with a field; what was open in the stage it comes from stays open. @param {string} path */
  levelOf(path) {
    const { matrix } = this.payload;
    if (!matrix) return "write";
    const stage = this.record[matrix.field] ?? matrix.first;
    const origin = this.old[matrix.field] ?? (Object.keys(this.old).length ? matrix.first : stage);
    const level = matrix.levels[stage]?.[path] ?? "write";
    const before = matrix.levels[origin]?.[path] ?? "write";
    const closes = level === "hidden" || level === "read";
    return closes && stage !== origin && before !== "hidden" && before !== "read" ? "write" : level;
  }

  /** The fields whose offers may have changed. @param {Set<string> | null} touched @param {Changes} changes */
  offer(touched, changes) {
    for (const rule of this.rules) {
      for (const one of rule.options) {
        if (this.concerns(rule.reads, touched) || this.concerns(one.reads, touched)) changes.offers.add(one.path);
      }
    }
  }

  /** Which of the keys may be picked: in a field, or in a cell of the row `key`. @param {string} path @param {string[]} keys @param {string} [key] @returns {Set<string>} */
  offered(path, keys, key = "") {
    const rules = (this.aimed.get(path) ?? []).filter((rule) => rule.options.some((one) => one.path === path));
    const table = tableOf(path);
    /** @type {Set<string>} */
    let kept = new Set(keys);
    const narrow = () => {
      const standing = this.record[path];
      for (const rule of rules.filter((one) => this.answered(one, key))) {
        const run = rule.options.find((one) => one.path === path)?.run ?? (() => true);
        kept = new Set([...kept].filter((value) => { this.record[path] = value; const found = this.tried(run); return found === true || found === UNKNOWN; }));
      }
      this.record[path] = standing;
    };
    if (table) this.eachRow(table, (row) => { if (row.key === key) narrow(); });
    else narrow();
    return kept;
  }

  /** The checks that read what has changed: the failing ones, or none where one holds again. @param {Set<string> | null} touched @param {Changes} changes */
  checkAll(touched, changes) {
    for (const rule of this.rules) {
      if (!rule.check || !(this.concerns(rule.reads, touched) || this.concerns(rule.checkReads, touched))) continue;
      /** @type {Failure[]} */
      const failures = [];
      if (rule.checkRows) this.eachRow(rule.checkRows, (row) => { if (this.answered(rule, row.key)) this.checkOne(rule, row.key, failures); });
      else if (this.answered(rule, "")) this.checkOne(rule, "", failures);
      changes.checks.set(rule.data.id, failures);
    }
  }

  /** @param {Rule} rule @param {string} key @param {Failure[]} failures */
  checkOne(rule, key, failures) {
    const found = rule.check ? this.tried(rule.check) : true;
    if (found === true || found === UNKNOWN) return;
    const at = rule.data.at ?? "";
    const place = key && tableOf(at) ? `${tableOf(at)}.${key}.${columnOf(at)}` : at;
    failures.push({ at: place, message: rule.data.message || rule.data.label || rule.data.id });
  }

  /** The paths that a check looks at, for telling it only once one of them was touched. @param {string} id @returns {Set<string>} */
  readsOfCheck(id) {
    const rule = this.rules.find((one) => one.data.id === id);
    return new Set([...(rule?.checkReads ?? []), ...(rule?.reads ?? [])]);
  }

  /** The state of a field or a cell. @param {string} place */
  state(place) {
    return this.states.get(place) ?? this.ownState(place);
  }

  /** Whether a field holds nothing. @param {string} name */
  isBlank(name) {
    return isBlank(this.record[name] ?? null);
  }
}

// @ts-check
/** Drives the engine of live forms without a screen. Each line of input is a list of steps over one payload; the answer is
 * what every step changed. Values travel as on the wire. */
import { createInterface } from "node:readline";
import { UNKNOWN, decode, encode } from "../../platform/platform_core/static/js/expressions/evaluate.js";
import { Engine } from "../../platform/platform_core/static/js/live/engine.js";

/** @param {Engine} engine @param {Record<string, any>} step */
function take(engine, step) {
  const changed = Object.entries(step.put ?? {}).filter(([name, value]) => engine.put(name, value?.unknown ? UNKNOWN : decode(engine.typeOf(name), value))).map(([name]) => name);
  for (const [table, rows] of Object.entries(step.rows ?? {})) {
    const columns = engine.fields[table].columns ?? {};
    engine.putRows(table, rows.map((/** @type {any} */ row) => ({
      key: row.key,
      values: Object.fromEntries(Object.entries(columns).map(([column, { type }]) => [column, decode(type, row[column])])),
    })));
    changed.push(table, ...Object.keys(columns).map((column) => `${table}.${column}`));
  }
  return step.start ? engine.start() : engine.change(changed);
}

for await (const line of createInterface({ input: process.stdin })) {
  const { payload, steps, offers = [] } = JSON.parse(line);
  const engine = new Engine(payload);
  const answers = steps.map((/** @type {any} */ step) => {
    const begun = performance.now();
    const changes = take(engine, step);
    const took = performance.now() - begun;
    if (process.argv.includes("--time")) return { took };
    return {
      states: Object.fromEntries(changes.states),
      values: Object.fromEntries([...changes.values].map(([path, value]) => [path, encode(value)])),
      computed: Object.fromEntries([...changes.computed].map(([path, value]) => [path, encode(value)])),
      checks: Object.fromEntries(changes.checks),
      offers: Object.fromEntries(offers.map((/** @type {any} */ [path, keys]) => [path, [...engine.offered(path, keys)]])),
    };
  });
  process.stdout.write(`${JSON.stringify(answers)}\n`);
}

// @ts-check
/** Reads JSON lines: first the world, then cases; answers each with one line. */
import { createInterface } from "node:readline";
import { answer } from "./answer.js";

/** @type {any} */
let world = null;
for await (const line of createInterface({ input: process.stdin })) {
  if (world === null) world = JSON.parse(line);
  else process.stdout.write(`${JSON.stringify(answer(JSON.parse(line), world))}\n`);
}

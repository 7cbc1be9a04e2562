// @ts-check
/** Every page loads this: what is always needed at once, larger elements when the page has one. */
import "./net.js";
import "./toasts.js";
import "./menus.js";
import "./dialogs.js";
import "./unsaved.js";
import "./preferences.js";
import "./keys.js";
import "./finder.js";
import "./forms.js";
import "./tabs.js";
import "./time.js";
import "./bell.js";
import "./live.js";
import { behave } from "./dom.js";

/** Custom elements by tag, loaded when first seen. @type {Record<string, string>} */
const ELEMENTS = {
  "tw-combo": "./combo.js",
  "tw-lookup": "./lookup.js",
  "tw-files": "./files.js",
  "tw-filter": "./filter.js",
  "tw-grid": "./grid.js",
  "tw-json": "./json/editor.js",
  "tw-list": "./list.js",
  "tw-rich": "./fields/rich.js",
  "tw-scan": "./fields/scan.js",
  "tw-signature": "./fields/signature.js",
};

for (const [tag, file] of Object.entries(ELEMENTS)) {
  behave(`${tag}:not(:defined)`, () => import(file));
}
behave("script[data-live]", (script) => import("./live/form.js").then(({ bind }) => bind(script)));
document.documentElement.dataset.ready = "true";

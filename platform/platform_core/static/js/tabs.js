// @ts-check
/** Tabs that do not fit scroll: the present one is brought into sight. */
import { behave } from "./dom.js";

behave(".tabs", (tabs) => {
  const current = tabs.querySelector('[aria-current="page"], [aria-selected="true"]');
  if (!current || tabs.scrollWidth <= tabs.clientWidth) return;
  const here = current.getBoundingClientRect();
  const frame = tabs.getBoundingClientRect();
  tabs.scrollLeft += here.left + here.width / 2 - (frame.left + frame.width / 2);
});

// @ts-check
/** Requests: the CSRF header in one place, busy buttons, failures that lose nothing. */
import { _ } from "./text.js";
import { toast } from "./toasts.js";

/** The token of this session. */
export function csrfToken() {
  return /** @type {HTMLMetaElement | null} */ (document.querySelector('meta[name="csrf-token"]'))?.content ?? "";
}

/** `fetch` to our own server with token and JSON in and out. Rejects with the problem's text on an error answer.
 * @param {string} method @param {string} url @param {BodyInit | object} [body] @returns {Promise<any>} */
export async function send(method, url, body) {
  const plain = body !== undefined && !(body instanceof FormData) && !(body instanceof URLSearchParams) && typeof body !== "string";
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json", "X-Requested-With": "fetch" };
  if (method !== "GET") headers["X-CSRF-Token"] = csrfToken();
  if (plain) headers["Content-Type"] = "application/json";
  const answer = await fetch(url, { method, headers, body: plain ? JSON.stringify(body) : /** @type {BodyInit | undefined} */ (body), credentials: "same-origin" });
  const isJson = (answer.headers.get("Content-Type") ?? "").includes("json");
  const content = isJson ? await answer.json() : await answer.text();
  if (answer.ok) return content;
  throw Object.assign(new Error(isJson ? content.detail ?? content.title ?? answer.statusText : answer.statusText), { status: answer.status, problem: content });
}

/** What a failed request says to the reader. @param {number} status */
export function failureText(status) {
  if (status === 0) return _("The server did not answer. Your input is still here.");
  if (status === 401) return _("Your session has ended. Sign in again in a new tab; your input is still here.");
  if (status === 429) return _("Too many requests. Wait a minute, then try again.");
  if (status >= 500) return _("Something broke on the server. Nothing was changed; your input is still here.");
  return _("The server refused this. Your input is still here.");
}

/** @param {any} ctx */
function again(ctx) {
  const source = /** @type {HTMLElement} */ (ctx.sourceElement);
  if (source?.isConnected) /** @type {any} */ (window).htmx?.trigger(source, ctx.sourceEvent?.type ?? "click");
}

/** @param {any} ctx @param {number} status */
function report(ctx, status) {
  const code = ctx?.response?.headers?.get?.("X-Request-Id");
  toast({ tone: "danger", text: failureText(status) + (code ? ` ${_("Code {code}.", { code })}` : ""), action: _("Try again"), onAction: () => again(ctx) });
}

document.addEventListener("htmx:config:request", (event) => {
  const { request } = /** @type {CustomEvent} */ (event).detail.ctx;
  if (!/^(GET|HEAD|QUERY)$/.test(request.method)) request.headers["X-CSRF-Token"] = csrfToken();
});

document.addEventListener("htmx:response:error", (event) => {
  const { ctx } = /** @type {CustomEvent} */ (event).detail;
  if (ctx.response.status >= 500) report(ctx, ctx.response.status);
});

document.addEventListener("htmx:error", (event) => {
  const { ctx } = /** @type {CustomEvent} */ (event).detail;
  if (ctx && !ctx.response) report(ctx, 0);
});

/** @param {any} ctx @returns {HTMLElement | null} */
function pressed(ctx) {
  const { submitter } = ctx.request;
  const source = submitter ?? ctx.sourceElement;
  return source instanceof HTMLButtonElement ? source : null;
}

/** Buttons that wait because they were pressed. @type {Set<HTMLElement>} */
const waiting = new Set();

/** @param {HTMLElement | null} button @param {boolean} busy */
function wait(button, busy) {
  if (!button) return;
  if (busy) { waiting.add(button); button.setAttribute("aria-busy", "true"); }
  else if (waiting.delete(button)) button.removeAttribute("aria-busy");
}

document.addEventListener("htmx:before:request", (event) => wait(pressed(/** @type {CustomEvent} */ (event).detail.ctx), true));
document.addEventListener("htmx:finally:request", (event) => wait(pressed(/** @type {CustomEvent} */ (event).detail.ctx), false));

// Plain forms: the pressed button shows that it was heard, and a second press sends nothing.
document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (event.defaultPrevented || form.method === "dialog") return;
  if (form.dataset.sent && form.method === "post") return event.preventDefault();
  form.dataset.sent = "true";
  const button = event.submitter;
  wait(button, true);
  setTimeout(() => { delete form.dataset.sent; wait(button, false); }, 10_000); // a download leaves the page where it is
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete (/** @type {HTMLElement} */ (form).dataset.sent);
  for (const button of waiting) wait(button, false);
});

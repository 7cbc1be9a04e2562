// @ts-check
/** Live updates: one stream per browser. The tab that holds the lock listens and passes on what it hears; when it goes,
 * another takes over. Screens hear `tw:record` {form, id, version}, `tw:notice` and `tw:ready` (look at everything). */

const NAME = "tradewind-live";
const signedIn = document.querySelector('meta[name="csrf-token"]')?.getAttribute("content");
const others = "BroadcastChannel" in window ? new BroadcastChannel(NAME) : null;

/** @param {{name: string, detail: unknown}} news */
function tell(news) {
  document.dispatchEvent(new CustomEvent(`tw:${news.name}`, { detail: news.detail }));
}

/** @param {string} name @param {string} data */
function heard(name, data) {
  const news = { name, detail: JSON.parse(data) };
  tell(news);
  others?.postMessage(news);
}

/** Listens for as long as this tab lives. A refusal (signed out) ends it; a broken connection comes back by itself. */
function listen() {
  return new Promise((ended) => {
    const stream = new EventSource("/api/v1/events");
    for (const name of ["ready", "record", "notice"]) {
      stream.addEventListener(name, (event) => heard(name, /** @type {MessageEvent} */ (event).data));
    }
    stream.addEventListener("error", () => { if (stream.readyState === EventSource.CLOSED) ended(undefined); });
    addEventListener("pagehide", () => { stream.close(); ended(undefined); }, { once: true });
  });
}

if (signedIn && "EventSource" in window) {
  others?.addEventListener("message", (event) => tell(event.data));
  const begin = () => navigator.locks?.request(NAME, () => listen());
  // After the page has come to rest: the stream is never in the way of what people wait for.
  if (document.readyState === "complete") begin();
  else addEventListener("load", begin, { once: true });
  addEventListener("pageshow", (event) => { if (event.persisted) begin(); });
}

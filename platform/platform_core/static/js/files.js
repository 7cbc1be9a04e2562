// @ts-check
/** `<tw-files>` sends files as they are chosen or dropped, with progress; their ids travel in hidden inputs. */
import { icon, make } from "./dom.js";
import { csrfToken } from "./net.js";
import { _ } from "./text.js";

/** @param {number} size bytes */
function sizeText(size) {
  return size < 1e6 ? `${Math.max(1, Math.round(size / 1e3))} kB` : `${(size / 1e6).toFixed(1)} MB`;
}

class Files extends HTMLElement {
  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    const input = /** @type {HTMLInputElement | null} */ (this.querySelector('input[type="file"]'));
    const drop = /** @type {HTMLElement | null} */ (this.querySelector(".drop"));
    this.list = /** @type {HTMLElement} */ (this.querySelector(".file-list"));
    this.many = this.dataset.many !== undefined;
    if (!input || !drop) return;
    this.idle = drop.querySelector("[data-idle]")?.textContent ?? "";
    input.addEventListener("change", () => { this.take([...(input.files ?? [])]); input.value = ""; });
    for (const name of ["dragenter", "dragover"]) drop.addEventListener(name, (event) => { event.preventDefault(); this.over(drop, true); });
    for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => this.over(drop, false));
    drop.addEventListener("drop", (event) => { event.preventDefault(); this.take([...(event.dataTransfer?.files ?? [])]); });
    this.addEventListener("click", (event) => {
      const row = /** @type {Element} */ (event.target).closest("[data-remove]")?.closest("li");
      if (!row) return;
      row.remove();
      this.changed();
      input.focus();
    });
  }

  /** @param {HTMLElement} drop @param {boolean} on */
  over(drop, on) {
    drop.toggleAttribute("data-over", on);
    const text = drop.querySelector("[data-idle]");
    if (text) text.textContent = on ? _("Let go to add") : this.idle ?? "";
  }

  changed() {
    this.dispatchEvent(new Event("tw:change", { bubbles: true }));
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** @param {File[]} files */
  take(files) {
    for (const file of this.many ? files : files.slice(0, 1)) {
      const max = Number(this.dataset.max);
      if (!this.many) this.list?.replaceChildren();
      if (max && file.size > max) this.refuse(file, _("{size}, {limit} at most", { size: sizeText(file.size), limit: this.dataset.limit }));
      else this.send(file);
    }
  }

  /** @param {File} file @param {string} why */
  refuse(file, why) {
    this.list?.append(make("li", { class: "file", "data-tone": "danger", role: "alert" }, icon("stop"),
      make("span", { class: "grow cut" }, make("bdi", { text: file.name }), " ", make("span", { class: "t-danger xs", text: why })), this.cross(file.name)));
  }

  /** @param {string} name */
  cross(name) {
    return make("button", { class: "btn", type: "button", "data-kind": "quiet", "data-size": "sm", "data-icon": true, "data-remove": true, "aria-label": _("Remove {name}", { name }) }, icon("x"));
  }

  /** @param {File} file */
  send(file) {
    const bar = make("progress", { class: "bar", max: "100", value: "0", "aria-label": _("Sending {name}", { name: file.name }) });
    const row = make("li", { class: "file" }, icon("file"), make("div", { class: "grow" }, make("div", { class: "cut" }, make("bdi", { text: file.name })), bar), this.cross(file.name));
    this.list?.append(row);
    const request = new XMLHttpRequest(); // fetch cannot tell how much has been sent
    const form = new FormData();
    form.append("file", file);
    request.open("POST", this.dataset.url ?? "");
    request.setRequestHeader("X-CSRF-Token", csrfToken());
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => { bar.value = (event.loaded / event.total) * 100; });
    request.addEventListener("loadend", () => {
      if (!row.isConnected) return;
      if (request.status >= 200 && request.status < 300) this.keep(row, file, request.response);
      else { row.remove(); this.refuse(file, request.response?.detail ?? _("not sent, try again")); }
    });
    row.querySelector("[data-remove]")?.addEventListener("click", () => request.abort());
    request.send(form);
  }

  /** @param {HTMLElement} row @param {File} file @param {{id: string}} answer */
  keep(row, file, answer) {
    row.dataset.id = answer.id;
    row.querySelector(".grow")?.replaceWith(make("span", { class: "grow cut" }, make("bdi", { text: file.name }), " ", make("span", { class: "muted xs", text: sizeText(file.size) })));
    row.append(make("input", { type: "hidden", name: this.dataset.name, value: answer.id }));
    this.changed();
  }
}

customElements.define("tw-files", Files);

// The files of one answer. Each travels by itself as soon as it is chosen, and waits at Monty until the answer is sent.

import { complaint } from "./limits.js";
import { post, uuid } from "./request.js";

const AT_ONCE = 2;
export const MOST = 10;

// An item's `state`: waits, travels (`share` of it has left), here, cut (the line was; it can be tried again), refused.
export class Tray {
  // `limits`: of the channel (`complaint`). `changed(item)` hears of every step of an item; without one: others came, or
  // some have gone.
  constructor(url, limits, changed) {
    Object.assign(this, { url, limits, changed, items: [] });
  }

  get isReady() {
    return this.items.length > 0 && this.items.every(item => item.state === "here");
  }

  get numbers() {
    return this.items.map(item => item.id);
  }

  add(files) {
    for (const file of files) this.items.push({ id: uuid(), name: file.name, size: file.size, type: file.type, file, state: "waits", why: "" });
    this.#judge();
  }

  // What an earlier page has left at Monty.
  async restore() {
    const answer = await fetch(this.url, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) return;
    const known = new Set(this.numbers);
    const found = (await answer.json()).files.filter(each => !known.has(each.id));
    this.items.unshift(...found.map(each => ({ ...each, state: "here", why: "" })));
    this.#judge();
  }

  async remove(item) {
    item.abort?.abort();
    this.items = this.items.filter(each => each !== item);
    this.changed();
    // Its place is free at Monty, too, before another takes it.
    if (item.state !== "waits" && item.state !== "refused") await this.#forget(item);
    this.#judge();
  }

  retry(item) {
    item.state = "waits";
    this.#judge();
  }

  clear() {
    this.items = [];
    this.changed();
  }

  // What the browser can tell by itself is said before anything travels.
  #judge() {
    for (const [place, item] of this.items.entries()) {
      if (!item.file || !["waits", "refused"].includes(item.state) || item.final) continue;
      item.why = complaint(item.file, this.limits) || (place < MOST ? "" : this.limits.number);
      item.state = item.why ? "refused" : "waits";
    }
    this.changed();
    this.#next();
  }

  #next() {
    const free = AT_ONCE - this.items.filter(item => item.state === "travels").length;
    for (const item of this.items.filter(each => each.state === "waits").slice(0, Math.max(0, free))) this.#travel(item);
  }

  async #travel(item) {
    Object.assign(item, { state: "travels", share: 0, abort: new AbortController() });
    this.changed(item);
    const data = new FormData();
    data.append("id", item.id);
    data.append("file", item.file, item.name);
    const progress = share => { item.share = share; this.changed(item); };
    const { status, detail } = await post(this.url, data, { progress, signal: item.abort.signal });
    if (!this.items.includes(item)) return status < 300 && status && this.#forget(item);
    const ill = status === 0 || status === 401 || status === 429 || status >= 500;
    Object.assign(item, status >= 200 && status < 300 ? { state: "here", why: "" } : { state: ill ? "cut" : "refused", final: !ill, why: detail });
    this.changed(item);
    this.#next();
  }

  #forget(item) {
    const headers = { "X-CSRFToken": document.body.dataset.csrf, Accept: "application/json" };
    return fetch(`${this.url}${item.id}/`, { method: "DELETE", headers, keepalive: true }).catch(() => {});
  }
}

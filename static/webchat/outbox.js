// What was written and is not in Monty's hands yet. Texts survive a reload and are shared by all tabs; each carries
// its own id, so that however often it is sent it is one message. A file lives as long as its tab.

import { Refused } from "./door.js";

const LONGEST_PAUSE = 30;

export class Outbox {
  #files = [];
  // How to give up what is just being sent, by its id.
  #giveUp = new Map();
  #failures = 0;
  #busy = false;

  constructor(door, memory, { changed, sent }) {
    Object.assign(this, { door, memory, changed, sent });
    addEventListener("online", () => this.flush());
  }

  get items() {
    return [...(this.memory.get("outbox") ?? []), ...this.#files].sort((a, b) => a.at - b.at);
  }

  // `form`: answers that go along; `button`: the quick reply that was pressed.
  add({ text = "", file, form, button }) {
    const item = { client_id: newId(), text, file, form, button, at: Date.now(), error: "" };
    if (file) this.#files.push(item);
    else this.#save([...(this.memory.get("outbox") ?? []), item]);
    this.changed();
    this.flush();
  }

  remove(clientId) {
    this.#giveUp.get(clientId)?.abort();
    const others = (item) => item.client_id !== clientId;
    this.#files = this.#files.filter(others);
    this.#save((this.memory.get("outbox") ?? []).filter(others));
    this.changed();
  }

  retry(clientId) {
    this.#mark(clientId, { error: "" });
    this.flush();
  }

  // Send what waits, oldest first, until something has to wait on. Two tabs take turns, so that order holds.
  async flush() {
    if (this.#busy) return;
    this.#busy = true;
    clearTimeout(this.timer);
    try {
      await this.#inTurn(async () => {
        let item;
        while ((item = this.items.find((each) => !each.error))) await this.#send(item);
      });
      this.#failures = 0;
    } catch (error) {
      this.#later(error.wait);
    } finally {
      this.#busy = false;
    }
  }

  // Without https, or without storage, there are no locks; the server's own rule (one id, one message) always holds.
  #inTurn(work) {
    return this.memory.own && navigator.locks ? navigator.locks.request(this.memory.prefix, work) : work();
  }

  // Throws when it has to be tried again later.
  async #send(item) {
    const control = new AbortController();
    this.#giveUp.set(item.client_id, control);
    try {
      await this.door.proving?.catch(() => {});
      if (!this.door.session) await this.door.begin({ identity: this.memory.get("claims") ?? {} });
      const progress = (done) => this.#mark(item.client_id, { done });
      const message = await this.door.write(item, { progress, signal: control.signal });
      this.#giveUp.delete(item.client_id);
      this.sent(message);
      this.remove(item.client_id);
    } catch (error) {
      this.#failed(item, error, control.signal.aborted);
    } finally {
      this.#giveUp.delete(item.client_id);
    }
  }

  #failed(item, error, givenUp) {
    if (givenUp) return;
    if (error.status === 401) this.memory.set("session", null);
    this.#mark(item.client_id, { done: undefined });
    if (!(error instanceof Refused && error.final)) throw error;
    this.#mark(item.client_id, { error: error.message || "?" });
  }

  #later(seconds) {
    this.#failures += 1;
    const pause = seconds || Math.min(LONGEST_PAUSE, 2 ** this.#failures) * (0.5 + Math.random() / 2);
    this.timer = setTimeout(() => this.flush(), pause * 1000);
  }

  #mark(clientId, facts) {
    const marked = (item) => (item.client_id === clientId ? { ...item, ...facts } : item);
    if (this.#files.some((item) => item.client_id === clientId)) this.#files = this.#files.map(marked);
    else this.#save((this.memory.get("outbox") ?? []).map(marked));
    this.changed();
  }

  #save(items) {
    this.memory.set("outbox", items.length ? items : null);
  }
}

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

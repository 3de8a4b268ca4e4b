// What this browser remembers of one webchat, shared by all its tabs. Some browsers keep nothing for a frame on
// somebody else's website: then the website keeps it for us. Where that is refused too, the page remembers.

export class Memory {
  #page = new Map();
  #watchers = [];

  constructor(name, host) {
    this.prefix = `monty.${name}.`;
    this.host = host;
    this.own = storage();
    host.does.kept = ({ entries }) => this.#adopt(entries);
    addEventListener("storage", (event) => this.own && (!event.key || event.key.startsWith(this.prefix)) && this.#tell());
  }

  // To be waited for before the first look.
  async begin() {
    if (!this.own) await this.host.recall();
    return this;
  }

  get(key) {
    try {
      return JSON.parse((this.own ? this.own.getItem(this.prefix + key) : this.#page.get(key)) ?? null);
    } catch {
      return null;
    }
  }

  set(key, value) {
    if (value === null) this.#remove(key);
    else this.#keep(key, JSON.stringify(value));
  }

  forget() {
    for (const key of ["session", "claims", "outbox", "draft", "answers", "asked"]) this.set(key, null);
  }

  // Called when another tab has changed something.
  watch(watcher) {
    this.#watchers.push(watcher);
  }

  #keep(key, raw) {
    try {
      this.own?.setItem(this.prefix + key, raw);
    } catch {
      // Full: what does not fit is kept until the page is left.
    }
    if (!this.own) this.#page.set(key, raw);
    if (!this.own) this.host.tell("keep", { key, raw });
  }

  #remove(key) {
    this.own?.removeItem(this.prefix + key);
    this.#page.delete(key);
    if (!this.own) this.host.tell("keep", { key, raw: null });
  }

  #adopt(entries) {
    this.#page = new Map(Object.entries(entries));
    this.#tell();
  }

  #tell() {
    for (const watcher of this.#watchers) watcher();
  }
}

function storage() {
  try {
    localStorage.getItem("");
    return localStorage;
  } catch {
    return null;
  }
}

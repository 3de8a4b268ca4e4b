// What this browser remembers of one webchat, shared by all its tabs.
// Where storage is refused (a strict browser, a full disk) the page itself remembers until it is left.

export class Memory {
  #page = new Map();

  constructor(name) {
    this.prefix = `monty.${name}.`;
  }

  get(key) {
    try {
      return JSON.parse(localStorage.getItem(this.prefix + key));
    } catch {
      return this.#page.get(key) ?? null;
    }
  }

  set(key, value) {
    this.#page.set(key, value);
    try {
      if (value === null) localStorage.removeItem(this.prefix + key);
      else localStorage.setItem(this.prefix + key, JSON.stringify(value));
    } catch {
      // Remembered by the page.
    }
  }

  forget() {
    for (const key of ["session", "claims", "outbox", "draft"]) this.set(key, null);
  }

  // Another tab has changed this.
  watch(key, listener) {
    addEventListener("storage", (event) => {
      if (event.key === this.prefix + key || event.key === null) listener();
    });
  }
}

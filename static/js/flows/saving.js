// The draft keeps itself. Two people who draw at once do not undo each other: the second is asked.

import { ask, later, words } from "./dom.js";

const PAUSE = 900;

export class Saving {
  constructor(store, { over, status, conflict, kept }) {
    Object.assign(this, { store, over, status, conflict, kept, written: store.document, stopped: false, busy: null });
    this.soon = later(() => this.now(), PAUSE);
    store.addEventListener("change", () => { if (!this.stopped) { this.say("unsaved"); this.soon(); } });
    addEventListener("beforeunload", (event) => { if (!this.isKept) event.preventDefault(); });
    this.say("saved");
  }

  get isKept() {
    return this.written === this.store.document && !this.busy;
  }

  say(name, facts) {
    this.status.textContent = words(name, facts);
    this.status.dataset.state = name;
  }

  // True once the drawing is kept as it is now.
  async now() {
    this.soon.cancel();
    while (this.busy) await this.busy;
    if (this.stopped) return false;
    if (this.isKept) return true;
    this.busy = this.send(this.store.document);
    const done = await this.busy;
    this.busy = null;
    if (done && !this.isKept) this.soon();
    return done;
  }

  async send(document, over = this.over) {
    this.say("saving");
    const answer = await ask("keep", { document: JSON.stringify(document), over });
    if (answer.ok) {
      this.over = answer.over;
      this.written = document;
      this.say("saved");
      this.kept();
    } else if (answer.code === "somebody_edited") this.clash(answer.detail);
    else {
      this.say("unsavedBecause", { reason: answer.detail });
      if (answer.code === "unreachable") setTimeout(() => this.now(), 5000);
    }
    return answer.ok;
  }

  clash(detail) {
    this.stopped = true;
    this.say("unsaved");
    this.conflict.hidden = false;
    this.conflict.querySelector("span").textContent = detail;
    this.conflict.querySelector("button").focus();
  }

  async takeMine() {
    this.conflict.hidden = true;
    this.stopped = false;
    this.over = "";
    this.written = null;
    await this.now();
  }

  takeTheirs() {
    this.written = this.store.document;
    location.reload();
  }
}

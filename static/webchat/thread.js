// What was said, as far as this page knows. It is read again whenever anything hints at news.

const PAGE = 100;
const PAUSE = 300;
const AGAIN = 3000;
// Links to files last an hour; well before that everything is read anew.
const STALE = 30 * 60_000;

export class Thread {
  messages = new Map();
  conversation = null;
  transcriptTo = null;
  #wanted = false;
  #reading = false;
  #readAll = 0;
  #again = 0;

  constructor(door, { changed, ended }) {
    Object.assign(this, { door, changed, ended });
  }

  get list() {
    return [...this.messages.values()];
  }

  get last() {
    return this.list.at(-1)?.id ?? 0;
  }

  // Ours that the visitor has not seen.
  get unread() {
    return this.list.filter((message) => message.from !== "contact" && message.status !== "read");
  }

  forget() {
    this.messages.clear();
    this.conversation = this.transcriptTo = null;
    this.#readAll = 0;
    this.changed();
  }

  // Everything is to be read anew.
  outdate() {
    this.#readAll = 0;
  }

  // Read what is new, and the ticks of what is unread. However many hints come, one reading at a time.
  async sync() {
    this.#wanted = true;
    if (this.#reading || !this.door.session) return;
    this.#reading = true;
    while (this.#wanted) {
      this.#wanted = false;
      await this.#read();
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
    this.#reading = false;
  }

  async #read() {
    const token = this.door.session?.token;
    const anew = Date.now() - this.#readAll > STALE;
    let after = anew ? 0 : Math.min(this.last, (this.unread[0]?.id ?? Infinity) - 1);
    try {
      let page;
      do {
        page = await this.door.thread(after);
        if (this.door.session?.token !== token) return;
        page.messages.forEach((message) => this.merge(message, anew));
        after = page.messages.at(-1)?.id ?? after;
      } while (page.messages.length === PAGE);
      this.conversation = page.conversation;
      this.transcriptTo = page.transcript_to;
      if (anew) this.#readAll = Date.now();
      this.changed();
    } catch (error) {
      if (error.status === 401) this.ended();
      // No other hint may come that would have it read.
      else if (!error.final) this.#readAgain();
    }
  }

  // Once, however many readings have failed: an outage must not end in a rush.
  #readAgain() {
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this.sync(), AGAIN);
  }

  // A card says the same under whichever message it stands.
  renew(card) {
    for (const [id, message] of this.messages) if (message.card?.id === card.id) this.messages.set(id, { ...message, card });
  }

  // A known message keeps its attachments' addresses, so that pictures are not fetched again.
  merge(message, anew = false) {
    const known = this.messages.get(message.id);
    const attachments = known && !anew ? known.attachments : message.attachments;
    this.messages.set(message.id, { ...message, attachments });
    if (message.card && message.id === this.last) this.renew(message.card);
    if (!known) this.messages = new Map([...this.messages].sort(([a], [b]) => a - b));
  }
}

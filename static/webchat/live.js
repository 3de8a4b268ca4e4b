// The socket: it only says that something happened. Where it cannot be had, the page asks every few seconds.

const SESSION_ENDED = 4401;
const NOT_ADMITTED = 4403;
// The process leaves, another one is there.
const RESTARTS = 4503;
const POLL = 5000;

export class Live {
  ready = false;
  #socket = null;
  #failures = 0;
  #shutOut = false;

  constructor(path, door, { hint, typing, changed, watching }) {
    Object.assign(this, { path, door, hint, typing, changed, watching });
    setInterval(() => !this.ready && this.door.session && this.watching() && this.hint(), POLL);
    // After a change of networks an old socket may look alive and hear nothing.
    addEventListener("online", () => this.restart());
    addEventListener("offline", () => this.stop());
    document.addEventListener("visibilitychange", () => this.wake());
  }

  // Somebody looks again: no waiting for the next attempt.
  wake() {
    if (document.visibilityState !== "visible") return;
    this.hint();
    if (!this.#socket) this.restart();
  }

  restart() {
    this.stop();
    this.#failures = 0;
    this.#connect();
  }

  stop() {
    clearTimeout(this.timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#say(false);
  }

  #connect() {
    if (!this.door.session || this.#shutOut) return;
    const socket = new WebSocket(this.path);
    this.#socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ type: "auth", token: this.door.session?.token }));
    socket.onmessage = (event) => {
      const { hint, verb } = JSON.parse(event.data);
      if (hint === "typing") return this.typing();
      if (hint === "ready") {
        this.#failures = 0;
        this.#say(true);
      }
      return this.hint(verb);
    };
    socket.onclose = (event) => socket === this.#socket && this.#lost(event.code);
  }

  #lost(code) {
    this.#socket = null;
    this.#say(false);
    this.#shutOut = code === NOT_ADMITTED;
    if (code === SESSION_ENDED) this.hint();
    else this.timer = setTimeout(() => this.#connect(), code === RESTARTS ? 500 * Math.random() : pause(this.#failures++));
  }

  #say(ready) {
    this.ready = ready;
    this.changed();
  }
}

// 1, 2, 4 … 30 seconds, and never everybody at the same moment.
function pause(failures) {
  return Math.max(1000, Math.min(30_000, 1000 * 2 ** failures) * (0.5 + Math.random() / 2));
}

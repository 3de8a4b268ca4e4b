// The website around the frame. Both sides name the other's exact origin and believe nobody else.

const PATIENCE = 1500;

export class Host {
  // What the website may ask for, by name.
  does = {};
  #heard = new EventTarget();

  constructor() {
    this.framed = window.parent !== window;
    this.origin = originOf(new URLSearchParams(location.search).get("host"));
    addEventListener("message", (event) => {
      if (!this.framed || event.source !== window.parent || event.origin !== this.origin) return;
      const { monty, ...facts } = event.data ?? {};
      if (!Object.hasOwn(this.does, monty)) return;
      this.does[monty](facts);
      this.#heard.dispatchEvent(new Event(monty));
    });
  }

  tell(monty, facts = {}) {
    if (this.framed && this.origin) window.parent.postMessage({ monty, ...facts }, this.origin);
  }

  // Ask for what the website keeps for us; it answers with `kept`, or is some page that does not know us.
  recall() {
    if (!this.framed || !this.origin) return undefined;
    const answered = new Promise((resolve) => this.#heard.addEventListener("kept", resolve, { once: true }));
    this.tell("recall");
    return Promise.race([answered, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
  }
}

function originOf(address) {
  try {
    return new URL(address).origin;
  } catch {
    return null;
  }
}

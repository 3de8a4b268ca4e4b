// The website around the frame. Both sides name the other's exact origin and believe nobody else.

export class Host {
  constructor(does) {
    this.framed = window.parent !== window;
    this.origin = originOf(new URLSearchParams(location.search).get("host"));
    addEventListener("message", (event) => {
      if (!this.framed || event.source !== window.parent || event.origin !== this.origin) return;
      const { monty, ...facts } = event.data ?? {};
      if (Object.hasOwn(does, monty)) does[monty](facts);
    });
  }

  tell(monty, facts = {}) {
    if (this.framed && this.origin) window.parent.postMessage({ monty, ...facts }, this.origin);
  }
}

function originOf(address) {
  try {
    return new URL(address).origin;
  } catch {
    return null;
  }
}

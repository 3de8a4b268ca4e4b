// What one tab has sent is told to the others at once: they share the outbox, so it has just left theirs, too.

export class Tabs {
  #channel;

  constructor(name, door, heard) {
    this.door = door;
    this.#channel = new BroadcastChannel(`monty ${name}`);
    this.#channel.onmessage = ({ data: { visitor, message } }) => visitor === door.session?.visitor && heard(message);
  }

  tell(message) {
    this.#channel.postMessage({ visitor: this.door.session?.visitor, message });
  }
}

// Every request to Monty. The session's token goes in a header: cookies are of no use in a frame.

const PATIENCE = { text: 30_000, file: 300_000 };

export class Refused extends Error {
  constructor(status, problem, wait) {
    super(problem.detail ?? "");
    this.status = status;
    this.wait = wait;
  }

  // Asking again cannot help.
  get final() {
    return this.status >= 400 && this.status < 500 && ![401, 408, 429].includes(this.status);
  }
}

export class Door {
  constructor(base, memory) {
    this.base = base;
    this.memory = memory;
  }

  get session() {
    return this.memory.get("session");
  }

  // `user` is the website's own id of somebody it has proved; "" for anybody.
  async begin(proof, user = "") {
    const session = await this.ask("sessions/", proof);
    this.memory.set("session", { ...session, user });
  }

  thread(after) {
    return this.ask(`messages/?after=${after}`);
  }

  write({ client_id, text, file }) {
    if (!file) return this.ask("messages/", { client_id, text });
    const form = new FormData();
    form.set("client_id", client_id);
    form.set("file", file, file.name);
    return this.ask("messages/", form, PATIENCE.file);
  }

  receipt(what) {
    return this.ask("receipts/", what);
  }

  async ask(path, body, patience = PATIENCE.text) {
    const headers = { Accept: "application/json" };
    if (this.session) headers.Authorization = `Visitor ${this.session.token}`;
    const isForm = body instanceof FormData;
    if (body && !isForm) headers["Content-Type"] = "application/json";
    const answer = await fetch(this.base + path, {
      method: body ? "POST" : "GET",
      headers,
      body: body && !isForm ? JSON.stringify(body) : body,
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout(patience),
    });
    const data = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Refused(answer.status, data, Number(answer.headers.get("Retry-After")));
    return data;
  }
}

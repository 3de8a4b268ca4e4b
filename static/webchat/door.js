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
  // While the website's proof is being looked at: when that is over.
  proving = null;

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

  // `progress` hears how much of a file is through (0 to 1); `signal` gives a file up.
  write({ client_id, text, file, form, button }, { progress, signal }) {
    if (!file) return this.ask("messages/", { client_id, text, form, button });
    const body = new FormData();
    body.set("client_id", client_id);
    body.set("file", file, file.name);
    if (form) body.set("form", JSON.stringify(form));
    return this.#upload("messages/", body, { progress, signal });
  }

  // What the card says afterwards.
  confirm({ id, version }) {
    return this.ask(`orders/${id}/confirmation/`, { version });
  }

  receipt(what) {
    return this.ask("receipts/", what);
  }

  typing() {
    return this.ask("typing/", {});
  }

  transcript() {
    return this.ask("transcripts/", {});
  }

  // From now on the token is worth nothing, wherever a copy of it lies.
  end() {
    return this.ask("sessions/", null, "DELETE");
  }

  async ask(path, body, method = body ? "POST" : "GET") {
    const answer = await fetch(this.base + path, {
      method,
      headers: { ...this.#headers, ...(body && { "Content-Type": "application/json" }) },
      body: body ? JSON.stringify(body) : undefined,
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE.text),
    });
    const data = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Refused(answer.status, data, Number(answer.headers.get("Retry-After")));
    return data;
  }

  get #headers() {
    const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang };
    if (this.session) headers.Authorization = `Visitor ${this.session.token}`;
    return headers;
  }

  // `fetch` does not tell how far it is.
  #upload(path, body, { progress, signal }) {
    const request = new XMLHttpRequest();
    request.open("POST", this.base + path);
    for (const [name, value] of Object.entries(this.#headers)) request.setRequestHeader(name, value);
    Object.assign(request, { responseType: "json", timeout: PATIENCE.file });
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    signal.addEventListener("abort", () => request.abort());
    return new Promise((resolve, reject) => {
      request.onload = () => {
        if (request.status < 300) return resolve(request.response);
        return reject(new Refused(request.status, request.response ?? {}, Number(request.getResponseHeader("Retry-After"))));
      };
      request.onerror = request.ontimeout = () => reject(new TypeError("The network failed."));
      request.onabort = () => reject(signal.reason);
      request.send(body);
    });
  }
}

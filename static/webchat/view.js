// The thread on the screen. A line keeps its node, so nothing flickers and a screen reader hears each message once.

import { drawn } from "./card.js";
import { size, words } from "./text.js";

const NEAR = 80;

export class View {
  #nodes = new Map();

  constructor(say, { retry, discard, press, confirm }) {
    Object.assign(this, { say, retry, discard, press, confirm });
    this.log = document.getElementById("log");
    this.list = document.getElementById("thread");
    this.newer = document.getElementById("newer");
    this.newer.addEventListener("click", () => this.toEnd());
    this.log.addEventListener("scroll", () => this.atEnd && (this.newer.hidden = true), { passive: true });
    // Pictures grow when they arrive: stay at the end if that is where one was.
    new ResizeObserver(() => this.following && this.toEnd()).observe(this.list);
  }

  get atEnd() {
    this.following = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR;
    return this.following;
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.newer.hidden = true;
    this.following = true;
  }

  show(lines) {
    const follow = this.atEnd;
    const known = this.#nodes.size;
    const nodes = lines.map((line) => this.#node(line));
    const keys = new Set(lines.map((line) => line.key));
    for (const [key, node] of this.#nodes) if (!keys.has(key)) this.#drop(key, node);
    nodes.forEach((node, index) => {
      if (this.list.children[index] !== node) this.list.insertBefore(node, this.list.children[index] ?? null);
    });
    // An empty thread is read from its beginning: what is asked there comes after the greeting.
    if (!lines.length) return;
    if (follow || lines.at(-1).pending || !known) this.toEnd();
    else if (this.#nodes.size > known) this.newer.hidden = false;
  }

  #node(line) {
    const node = this.#nodes.get(line.key) ?? this.#made(line);
    if (!line.day) this.#update(node, line);
    return node;
  }

  #made(line) {
    const node = document.createElement("li");
    this.#nodes.set(line.key, node);
    if (line.day) {
      node.className = "day";
      node.textContent = line.day;
      return node;
    }
    node.append(document.getElementById("line").content.cloneNode(true));
    node.querySelector(".who").textContent = `${line.mine ? this.say.you : line.name || this.say.team}: `;
    node.querySelector(".face").textContent = [...(line.name || this.say.team)][0]?.toUpperCase() ?? "";
    node.querySelector(".retry").addEventListener("click", () => this.retry(line.key));
    for (const gone of node.querySelectorAll(".discard, .cancel")) gone.addEventListener("click", () => this.discard(line.key));
    const bubble = node.querySelector(".bubble");
    bubble.hidden = !line.text;
    bubble.append(...words(line.text));
    return node;
  }

  #update(node, line) {
    const marks = { first: line.first, last: line.last, pending: line.pending, failed: line.error };
    node.className = `line ${line.mine ? "mine" : "theirs"}`;
    for (const [mark, is] of Object.entries(marks)) node.classList.toggle(mark, Boolean(is));
    this.#files(node.querySelector(".files"), line.file ? [{ name: line.file.name, size: line.file.size }] : line.attachments);
    node.querySelector(".meta").textContent = this.#below(line);
    node.querySelector(".help").hidden = !line.error;
    this.#progress(node.querySelector(".way"), line);
    this.#replies(node.querySelector(".replies"), line);
    this.#card(node.querySelector(".cards"), line);
  }

  // Only the latest of an order's cards can be confirmed.
  #card(place, { card, latest }) {
    const shown = card ? JSON.stringify({ card, latest }) : "";
    if ((place.dataset.shown ?? "") === shown) return;
    place.dataset.shown = shown;
    place.replaceChildren(...(card ? [drawn(card, latest && this.confirm)] : []));
  }

  #progress(place, { pending, file, error, done = 0 }) {
    place.hidden = !(pending && file) || Boolean(error);
    if (place.hidden) return;
    const bar = place.querySelector("progress");
    bar.value = done;
    bar.setAttribute("aria-label", this.say.progress.replace("{percent}", Math.round(done * 100)));
  }

  #replies(place, line) {
    const shown = JSON.stringify(line.replies);
    if (place.dataset.shown === shown) return;
    place.dataset.shown = shown;
    place.replaceChildren(...line.replies.map((reply) => this.#reply(line, reply)));
  }

  #reply(line, { title, payload }) {
    const node = Object.assign(document.createElement("button"), { type: "button", textContent: title, dir: "auto" });
    node.addEventListener("click", () => this.press(title, { message: line.id, payload }));
    return node;
  }

  #files(place, files) {
    const shown = files.map((file) => file.url ?? file.name).join(" ");
    if (place.dataset.shown === shown) return;
    place.dataset.shown = shown;
    place.replaceChildren(...files.map((file) => this.#file(file)));
  }

  #below(line) {
    if (line.error) return `${this.say.failed}. ${line.error}`;
    if (line.pending) return navigator.onLine ? this.say.sending : this.say.waiting;
    return [!line.mine && line.name, line.time, line.below].filter(Boolean).join(" · ");
  }

  #file({ name, size: bytes, url, is_image: isImage, width, height }) {
    const node = document.getElementById(isImage ? "picture" : "file").content.firstElementChild.cloneNode(true);
    if (url) Object.assign(node, { href: url, target: "_blank", rel: "noopener" });
    if (isImage) Object.assign(node.querySelector("img"), { src: url, width, height, alt: `${this.say.picture}: ${name}` });
    else {
      node.querySelector(".name").textContent = name;
      node.querySelector(".size").textContent = size(bytes);
    }
    return node;
  }

  #drop(key, node) {
    this.#nodes.delete(key);
    node.remove();
  }
}

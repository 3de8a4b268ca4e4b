// The webchat's page: joins what was said, what waits, the socket and the website around it.

import { Ask } from "./ask.js";
import { Composer } from "./composer.js";
import { Door } from "./door.js";
import { header, showTyping } from "./header.js";
import { Host } from "./host.js";
import { identify } from "./identity.js";
import { linesOf } from "./lines.js";
import { Live } from "./live.js";
import { Memory } from "./memory.js";
import { Outbox } from "./outbox.js";
import { Tabs } from "./tabs.js";
import { Thread } from "./thread.js";
import { trap } from "./trap.js";
import { View } from "./view.js";

// Whoever goes on typing is told of anew before the word of it has faded.
const TYPING_AGAIN = 5000;

const facts = JSON.parse(document.getElementById("facts").textContent);
const say = facts.words;
const host = new Host();
const memory = await new Memory(facts.base, host).begin();
const door = new Door(facts.base, memory);
const thread = new Thread(door, { changed, ended });
const outbox = new Outbox(door, memory, { changed, sent });
const live = new Live(facts.socket, door, { hint, typing: () => showTyping(thread, say), changed: connection, watching });
const tabs = new Tabs(facts.base, door, merged);
const view = new View(say, { retry: (id) => outbox.retry(id), discard: (id) => outbox.remove(id), press, confirm });
const ask = new Ask(memory);
const composer = new Composer(memory, facts, { send, typing });
const transcript = document.getElementById("transcript");
let isOpen = !host.framed;
let receipted = { delivered: 0, read: 0 };
let current = door.session?.token;
let typed = -Infinity;

function watching() {
  return isOpen && document.visibilityState === "visible";
}

function changed() {
  view.show(linesOf(thread.list, outbox.items, thread.conversation, say));
  header(thread, facts);
  ask.show(questions());
  const isNew = !thread.list.length && !outbox.items.length;
  document.getElementById("away")?.toggleAttribute("hidden", !isNew);
  const over = ["closed", "dropped"].includes(thread.conversation?.state) && !outbox.items.length;
  document.getElementById("ended").hidden = !over;
  const stopped = facts.provedOnly && !door.session?.user;
  document.getElementById("stop").hidden = !stopped;
  composer.form.hidden = stopped;
  transcript.hidden = !thread.transcriptTo || isNew;
  host.tell("unread", { count: thread.unread.length });
  receipt();
}

// Whom the website has proved is asked nothing; the others with their first message, and once for an address to answer
// to while nobody is there.
function questions() {
  if (door.session?.user) return [];
  const away = !(thread.conversation ?? facts).open;
  const spoken = outbox.items.length || thread.list.some((message) => message.from === "contact");
  if (!spoken) return away ? [...facts.asks, "email"] : facts.asks;
  return away && !memory.get("asked") ? ["email"] : [];
}

function send(what) {
  const form = ask.answers();
  if (!form) return false;
  if (form.email || (ask.isShown && questions().includes("email"))) memory.set("asked", true);
  outbox.add(Object.keys(form).length ? { ...what, form } : what);
  return true;
}

function press(title, button) {
  outbox.add({ text: title, button });
  composer.focus();
}

// What became of an order changes cards anywhere in the thread.
function hint(verb) {
  if (verb?.endsWith("_order")) thread.outdate();
  thread.sync();
}

// Refused is what has changed meanwhile: then everything is read anew.
async function confirm(card) {
  try {
    thread.renew(await door.confirm(card));
  } catch (error) {
    composer.tell(error.message);
    thread.outdate();
  }
  changed();
  thread.sync();
}

function typing() {
  if (!thread.conversation || performance.now() - typed < TYPING_AGAIN) return;
  typed = performance.now();
  door.typing().catch(() => {});
}

// Tell Monty once how far our messages came.
async function receipt() {
  const kind = watching() ? "read" : "delivered";
  const reached = thread.unread.filter((message) => kind === "read" || message.status !== "delivered").at(-1)?.id;
  if (!reached || reached <= receipted[kind]) return;
  receipted[kind] = reached;
  try {
    await door.receipt({ [kind]: reached });
    thread.sync();
  } catch {
    receipted[kind] = 0;
  }
}

function sent(message) {
  typed = -Infinity;
  thread.merge(message);
  tabs.tell(message);
  begun();
  thread.sync();
}

// Another tab has sent it: here it must not vanish between the outbox and the next reading.
function merged(message) {
  thread.merge(message);
  changed();
}

// There is a session, or another one than before.
function begun() {
  const token = door.session?.token;
  if (token === current) return;
  current = token;
  receipted = { delivered: 0, read: 0 };
  host.tell("known", { known: Boolean(token) });
  if (token) live.restart();
  else live.stop();
}

function ended() {
  memory.set("session", null);
  begun();
  thread.forget();
}

function connection() {
  document.getElementById("connection").hidden = live.ready || !door.session || !isOpen;
}

function open() {
  isOpen = true;
  connection();
  live.wake();
  changed();
  if (!ask.focus()) composer.focus();
}

function close() {
  isOpen = false;
}

function reset() {
  if (door.session) door.end().catch(() => {});
  memory.forget();
  composer.clear();
  switched();
}

function switched() {
  begun();
  thread.forget();
  thread.sync();
}

async function mail() {
  transcript.disabled = true;
  try {
    await door.transcript();
    composer.tell(say.mailed.replace("{address}", thread.transcriptTo), { good: true });
  } catch (error) {
    composer.tell(error.message);
  }
  transcript.disabled = false;
}

memory.watch(() => (door.session?.token === current ? changed() : switched()));
Object.assign(host.does, { open, close, reset, identify: (told) => identify(told, { door, memory, switched }) });
transcript.addEventListener("click", mail);
document.getElementById("close").addEventListener("click", () => host.tell("close"));
document.addEventListener("keydown", (event) => {
  if (!host.framed) return;
  if (event.key === "Escape" && !event.isComposing) host.tell("close");
  trap(event);
});
document.addEventListener("visibilitychange", changed);
document.documentElement.classList.toggle("framed", host.framed);
changed();
if (door.session) live.restart();
thread.sync();
outbox.flush();
host.tell("ready", { known: Boolean(door.session) });

// The webchat's page: joins what was said, what waits, the socket and the website around it.

import { Composer } from "./composer.js";
import { Door } from "./door.js";
import { Host } from "./host.js";
import { linesOf } from "./lines.js";
import { Live } from "./live.js";
import { Memory } from "./memory.js";
import { Outbox } from "./outbox.js";
import { Thread } from "./thread.js";
import { View } from "./view.js";

const facts = JSON.parse(document.getElementById("facts").textContent);
const say = facts.words;
const host = new Host();
const memory = await new Memory(facts.base, host).begin();
const door = new Door(facts.base, memory);
const thread = new Thread(door, { changed, ended });
const outbox = new Outbox(door, memory, { changed, sent });
const live = new Live(facts.socket, door, { hint: () => thread.sync(), changed: connection, watching });
const view = new View(say, { retry: (id) => outbox.retry(id), discard: (id) => outbox.remove(id) });
const composer = new Composer(memory, facts, (text, file) => outbox.add(text, file));
let isOpen = !host.framed;
let receipted = { delivered: 0, read: 0 };
let current = door.session?.token;

function watching() {
  return isOpen && document.visibilityState === "visible";
}

function changed() {
  view.show(linesOf(thread.list, outbox.items, thread.conversation, say));
  header();
  const over = ["closed", "dropped"].includes(thread.conversation?.state) && !outbox.items.length;
  document.getElementById("ended").hidden = !over;
  host.tell("unread", { count: thread.unread.length });
  receipt();
}

function header() {
  const talk = thread.conversation;
  if (!talk) return;
  document.getElementById("title").textContent = talk.assignee || talk.team || say.team;
  document.getElementById("face").textContent = [...(talk.assignee || talk.team || say.team)][0].toUpperCase();
  document.getElementById("presence").dataset.online = talk.online;
  document.getElementById("presence-text").textContent = talk.online ? say.online : say.offline;
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
  thread.merge(message);
  begun();
  thread.sync();
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
  composer.focus();
}

function close() {
  isOpen = false;
}

// With a proof the visitor is the website's user from now on; without one it is only a claim, told to Monty with the
// first message.
async function identify({ user_id = "", user_hash = "", name = "", email = "" }) {
  const identity = { user_id: String(user_id), name: String(name), email: String(email) };
  memory.set("claims", { name: identity.name, email: identity.email });
  if (!user_hash || door.session?.user === identity.user_id) return;
  try {
    await door.begin({ identity, user_hash: String(user_hash) }, identity.user_id);
    switched();
  } catch (error) {
    console.warn(`Monty: ${error.message}`);
  }
}

function reset() {
  memory.forget();
  composer.clear();
  switched();
}

function switched() {
  begun();
  thread.forget();
  thread.sync();
}

memory.watch(() => (door.session?.token === current ? changed() : switched()));
Object.assign(host.does, { open, close, identify, reset });
document.getElementById("close").addEventListener("click", () => host.tell("close"));
document.addEventListener("keydown", (event) => event.key === "Escape" && host.tell("close"));
document.addEventListener("visibilitychange", changed);
document.documentElement.classList.toggle("framed", host.framed);
changed();
if (door.session) live.restart();
thread.sync();
outbox.flush();
host.tell("ready", { known: Boolean(door.session) });

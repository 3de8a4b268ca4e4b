// From the field to the server: shown at once, kept until Monty has it, sent in the order of writing, and sent again under
// the same client_id.

import { draftSent, takeBack } from "./draft.js";
import { tooLong } from "./limits.js";
import { post, uuid, words } from "./request.js";
import { choose, chosen, unfilled } from "./saved-reply.js";
import { catchUp, openId, toBottom } from "./thread.js";
import { toast } from "./toast.js";

const UNSENT = "monty.unsent";
const unsent = () => JSON.parse(localStorage.getItem(UNSENT) ?? "[]");
const waiting = conversation => unsent().filter(each => each.conversation === conversation);
const keep = item => localStorage.setItem(UNSENT, JSON.stringify([...unsent(), item]));
const forget = item => localStorage.setItem(UNSENT, JSON.stringify(unsent().filter(each => each.client_id !== item.client_id)));
const lineOf = item => document.getElementById(`sending-${item.client_id}`);

// The refused text may be sent as it is; it stays the same message.
let again = {};
// Conversations of which something is under way.
const busy = new Set();

export const lastSeen = () => Math.max(0, ...[...document.querySelectorAll("#lines [data-message]")].map(line => Number(line.dataset.message)));

export function submit({ force = false } = {}) {
  const form = document.getElementById("composer");
  const field = document.getElementById("message");
  const text = field.value;
  if (!text.trim() || tooLong(text) || unfilled()) return;
  const item = { conversation: openId(), mode: form.dataset.mode, url: form.dataset[form.dataset.mode], text, force, saved: chosen(), draft: draftSent(), client_id: force && again.text === text ? again.client_id : uuid() };
  field.value = "";
  choose(null);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  document.getElementById("somebody").hidden = true;
  keep(item);
  bubble(item);
  flush(item.conversation);
}

// One after the other: what was written later does not overtake what waits before it.
async function flush(conversation) {
  if (busy.has(conversation)) return;
  busy.add(conversation);
  waiting(conversation).forEach(bubble);
  // What the writer has on screen now; what Monty has of their own since does not count as news.
  const seen = lastSeen();
  while (waiting(conversation).length && (await send(waiting(conversation)[0], seen)));
  busy.delete(conversation);
}

// Whether the next one may follow.
async function send(item, seen) {
  const { text, client_id, draft, force, saved } = item;
  const { status, code, detail } = await post(item.url, { text, client_id, draft, ...(item.mode === "message" && { seen, force }), ...(saved && { saved_reply: saved.reply }) });
  catchUp();
  if (status >= 200 && status < 300) return forget(item), true;
  if (status === 0 || status === 401 || status === 429 || status >= 500) return fail(item.conversation, detail), false;
  return giveBack(item, code, detail), true;
}

// What waited behind it comes back, too: it may make no sense without it.
function giveBack(item, code, detail) {
  const items = waiting(item.conversation).filter(each => each.mode === item.mode);
  for (const each of items) forget(each), lineOf(each)?.remove();
  takeBack(item.conversation, item.mode, items);
  if (item.conversation !== openId() || code !== "somebody_wrote") return toast(detail);
  again = items.length === 1 ? item : {};
  document.getElementById("somebody").hidden = false;
  document.querySelector(".somebody-wrote").textContent = detail;
}

function bubble(item) {
  const line = lineOf(item) ?? document.createElement("li");
  line.id = `sending-${item.client_id}`;
  line.className = `line is-sending ${item.mode === "note" ? "note" : "us"}`;
  const text = Object.assign(document.createElement("p"), { className: "text", dir: "auto", textContent: item.text });
  const box = Object.assign(document.createElement("div"), { className: "bubble" });
  const meta = Object.assign(document.createElement("p"), { className: "meta", textContent: words("sending") });
  box.append(text);
  line.replaceChildren(box, meta);
  if (item.conversation !== openId()) return line;
  document.getElementById("sending").append(line);
  toBottom();
  return line;
}

// All that waits stays, each with the reason; trying one again tries all, in their order.
function fail(conversation, detail) {
  const button = (name, action) => Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: words(name), onclick: action });
  for (const item of waiting(conversation)) {
    const line = bubble(item);
    line.classList.replace("is-sending", "is-unsent");
    line.querySelector(".meta").replaceChildren(`${words("unsent")}: ${detail}`, button("retry", () => flush(conversation)), button("discard", () => { forget(item); line.remove(); }));
  }
  if (conversation === openId()) toBottom();
  else toast(`${words("unsent")}: ${detail}`);
}

document.addEventListener("pane-opened", () => {
  for (const item of waiting(openId())) if (document.querySelector(`[data-client-id="${item.client_id}"]`)) forget(item);
  if (busy.has(openId())) waiting(openId()).forEach(bubble);
  else if (waiting(openId()).length) fail(openId(), words("failed"));
});

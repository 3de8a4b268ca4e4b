// From the field to the server: shown at once, kept until Monty has it, sent in the order of writing, and sent again under
// the same client_id.

import { answer, answering } from "./answer.js";
import { draftSent, takeBack } from "./draft.js";
import { tooLong } from "./limits.js";
import { me } from "./presence.js";
import { post, uuid, words } from "./request.js";
import { choose, chosen, unfilled } from "./saved-reply.js";
import { catchUp, openId, toBottom } from "./thread.js";
import { toast } from "./toast.js";

const UNSENT = "monty.unsent";
const unsent = () => JSON.parse(localStorage.getItem(UNSENT) ?? "[]");
const store = items => localStorage.setItem(UNSENT, JSON.stringify(items));
// Whoever shares this browser sends their own only.
const mine = () => unsent().filter(each => each.by === me());
const waiting = conversation => mine().filter(each => each.conversation === conversation);
const keep = item => store([...unsent(), item]);
const forget = item => store(unsent().filter(each => each.client_id !== item.client_id));
const amend = (conversation, news) => store(unsent().map(each => (each.conversation === conversation && each.by === me() ? { ...each, ...news } : each)));
const lineOf = item => document.getElementById(`sending-${item.client_id}`);

// The refused text may be sent as it is; it stays the same message.
let again = {};
// Conversations of which something is under way.
const busy = new Set();
let leaving = false;
addEventListener("beforeunload", () => {
  leaving = true;
  setTimeout(() => { leaving = false; }, 3000);
});

export const lastSeen = () => Math.max(0, ...[...document.querySelectorAll("#lines [data-message]")].map(line => Number(line.dataset.message)));

// What others wrote after a message, once the page has caught up.
export async function newsSince(seen) {
  const isNew = line => Number(line.dataset.message) > seen;
  const found = () => [...document.querySelectorAll("#lines .line.them[data-message]")].filter(isNew);
  for (let tries = 0; tries < 20 && !found().length; tries += 1) await new Promise(resolve => setTimeout(resolve, 100));
  return found().map(line => line.querySelector(".bubble").innerText.trim());
}

export function submit({ force = false } = {}) {
  const form = document.getElementById("composer");
  const field = document.getElementById("message");
  const text = field.value;
  if (!text.trim() || tooLong(text) || unfilled()) return;
  const fields = { text, force, saved: chosen(), answers: answering(), client_id: force && again.text === text ? again.client_id : uuid() };
  const item = { ...fields, by: me(), conversation: openId(), mode: form.dataset.mode, url: form.dataset[form.dataset.mode], seen: lastSeen(), draft: draftSent() };
  field.value = "";
  choose(null);
  if (item.mode === "message") answer(null);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  document.getElementById("somebody").hidden = true;
  keep(item);
  bubble(item);
  retry(item.conversation);
}

// All that waits here goes, in its order, on the strength of what the writer has on screen now.
function retry(conversation) {
  if (!busy.has(conversation)) amend(conversation, { seen: lastSeen(), failed: false });
  flush(conversation);
}

// One after the other: what was written later does not overtake what waits before it.
async function flush(conversation) {
  if (busy.has(conversation)) return;
  busy.add(conversation);
  waiting(conversation).forEach(bubble);
  while (waiting(conversation).length && (await send(waiting(conversation)[0])));
  busy.delete(conversation);
}

// Whether the next one may follow.
async function send(item) {
  const { text, client_id, draft, seen, force, saved, answers } = item;
  const message = item.mode === "message" && { seen, force, ...(saved && { saved_reply: saved.reply }), ...(answers && { reply_to: answers.id }) };
  const { status, code, detail } = await post(item.url, { text, client_id, draft, ...message });
  catchUp();
  if (status >= 200 && status < 300) return forget(item), true;
  // The page goes away: what is cut off by that has not failed, the next page takes it up.
  if (status === 0 && leaving) return false;
  if (status === 0 || status === 401 || status === 429 || status >= 500) return fail(item.conversation, detail), false;
  return giveBack(item, code, detail), true;
}

// What waited behind it comes back, too: it may make no sense without it.
function giveBack(item, code, detail) {
  const items = waiting(item.conversation).filter(each => each.mode === item.mode);
  for (const each of items) forget(each), lineOf(each)?.remove();
  takeBack(item, items);
  if (item.conversation !== openId() || code !== "somebody_wrote") return toast(detail);
  again = items.length === 1 ? item : {};
  document.getElementById("somebody").hidden = false;
  document.querySelector(".somebody-wrote").textContent = detail;
  toBottom();
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
  amend(conversation, { failed: true });
  for (const item of waiting(conversation)) {
    const line = bubble(item);
    line.classList.replace("is-sending", "is-unsent");
    line.querySelector(".meta").replaceChildren(`${words("unsent")}: ${detail}`, button("retry", () => retry(conversation)), button("discard", () => { forget(item); line.remove(); }));
  }
  if (conversation === openId()) toBottom();
  else toast(`${words("unsent")}: ${detail}`);
}

document.addEventListener("pane-opened", () => {
  for (const item of waiting(openId())) if (document.querySelector(`[data-client-id="${item.client_id}"]`)) forget(item);
  if (busy.has(openId())) waiting(openId()).forEach(bubble);
  else if (waiting(openId())[0]?.failed) fail(openId(), words("failed"));
});

// A reload has cut off what was under way: it goes on. What has failed waits for somebody to say so.
export function resume() {
  for (const conversation of new Set(mine().map(each => each.conversation))) if (!waiting(conversation)[0].failed) flush(conversation);
}

// From the field to the server: shown at once, kept until Monty has it, sent again under the same client_id.

import { draftSent } from "./draft.js";
import { tooLong } from "./limits.js";
import { post, uuid, words } from "./request.js";
import { choose, chosen, unfilled } from "./saved-reply.js";
import { catchUp, openId, toBottom } from "./thread.js";
import { toast } from "./toast.js";

const UNSENT = "monty.unsent";
const unsent = () => JSON.parse(localStorage.getItem(UNSENT) ?? "[]");
const others = item => unsent().filter(each => each.client_id !== item.client_id);
const keep = item => localStorage.setItem(UNSENT, JSON.stringify([...others(item), item]));
const forget = item => localStorage.setItem(UNSENT, JSON.stringify(others(item)));

// The refused text may be sent as it is; it stays the same message.
let again = {};

export const lastSeen = () => Math.max(0, ...[...document.querySelectorAll("#lines [data-message]")].map(line => Number(line.dataset.message)));

export function submit({ force = false } = {}) {
  const form = document.getElementById("composer");
  const field = document.getElementById("message");
  const text = field.value;
  if (!text.trim() || tooLong(text) || unfilled()) return;
  const item = { conversation: openId(), mode: form.dataset.mode, url: form.dataset[form.dataset.mode], text, saved: chosen(), draft: draftSent(), client_id: force && again.text === text ? again.client_id : uuid() };
  field.value = "";
  choose(null);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  document.getElementById("somebody").hidden = true;
  send(item, force);
}

async function send(item, force = false) {
  keep(item);
  const line = bubble(item);
  const { text, client_id, draft } = item;
  const { status, code, detail } = await post(item.url, { text, client_id, draft, ...(item.mode === "message" && { seen: lastSeen(), force }), ...(item.saved && { saved_reply: item.saved.reply }) });
  if (status >= 200 && status < 300) forget(item);
  else if (status === 0 || status === 401 || status === 429 || status >= 500) fail(line, item, detail);
  else giveBack(line, item, code, detail);
  catchUp();
}

function giveBack(line, item, code, detail) {
  forget(item);
  line.remove();
  const field = document.getElementById("message");
  if (item.conversation !== openId()) return toast(detail);
  if (item.saved) choose(item.saved);
  field.value = [item.text, field.value].filter(Boolean).join("\n");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  if (code !== "somebody_wrote") return toast(detail);
  again = item;
  document.getElementById("somebody").hidden = false;
  document.querySelector(".somebody-wrote").textContent = detail;
}

function bubble(item) {
  const line = document.getElementById(`sending-${item.client_id}`) ?? document.createElement("li");
  line.id = `sending-${item.client_id}`;
  line.className = `line is-sending ${item.mode === "note" ? "note" : "us"}`;
  const text = Object.assign(document.createElement("p"), { className: "text", dir: "auto", textContent: item.text });
  const box = Object.assign(document.createElement("div"), { className: "bubble" });
  const meta = Object.assign(document.createElement("p"), { className: "meta", textContent: words("sending") });
  box.append(text);
  line.replaceChildren(box, meta);
  if (item.conversation === openId()) document.getElementById("sending").append(line);
  toBottom();
  return line;
}

function fail(line, item, detail) {
  line.classList.replace("is-sending", "is-unsent");
  const button = (name, action) => Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: words(name), onclick: action });
  line.querySelector(".meta").replaceChildren(`${words("unsent")}: ${detail}`, button("retry", () => send(item)), button("discard", () => { forget(item); line.remove(); }));
  toBottom();
}

document.addEventListener("pane-opened", () => {
  for (const item of unsent().filter(each => each.conversation === openId())) {
    if (document.querySelector(`[data-client-id="${item.client_id}"]`)) forget(item);
    else fail(bubble(item), item, words("failed"));
  }
});

// What is being written, in both tabs of the field: kept on the server after a pause and on leaving, shown in every tab
// of this person. Until the server has it, it is kept in this browser.

import { answer } from "./answer.js";
import { choose, chosen } from "./saved-reply.js";
import { openId } from "./thread.js";

const PAUSE = 800;
const AGAIN = 5_000;
const form = () => document.getElementById("composer");
const field = () => document.getElementById("message");
const part = () => (form().dataset.mode === "note" ? "note" : "text");
const place = conversation => `monty.draft.${conversation}`;

// The open conversation's. `version`: the newest that this tab knows of; `changed`: the server does not have it yet.
let draft = null;
let timer = 0;

export function showDraft() {
  field().value = draft[part()];
  choose(part() === "text" ? draft.saved : null);
}

// The text has left the field; the version by which the server forgets it together with taking the message.
export function draftSent() {
  draft.version += 1;
  return draft.version;
}

function note() {
  const saved = part() === "text" ? chosen() : draft.saved;
  if (draft[part()] === field().value && draft.saved?.reply === saved?.reply) return;
  change({ [part()]: field().value, saved });
}

function change(news) {
  Object.assign(draft, news, { changed: true });
  localStorage.setItem(place(draft.conversation), JSON.stringify(draft));
  later(PAUSE);
}

// What was refused, before what was typed since, in the tab that it came from.
export async function takeBack({ conversation, mode, url: sent }, items) {
  const where = mode === "note" ? "note" : "text";
  const join = text => [...items.map(each => each.text), text].filter(Boolean).join("\n");
  const saved = items.findLast(each => each.saved)?.saved;
  if (conversation === draft?.conversation && conversation === openId()) {
    change({ [where]: join(draft[where]), saved: saved ?? draft.saved });
    showDraft();
    const answers = items.findLast(each => each.answers)?.answers;
    if (answers) answer(answers);
    field().dispatchEvent(new Event("input", { bubbles: true }));
  } else {
    // Another one is open by now: it is there when the writer comes back.
    const url = new URL("../draft/", new URL(sent, location)).pathname;
    const theirs = await fetch(url, { headers: { Accept: "application/json" } }).then(answer => answer.json());
    await put({ ...theirs, url, version: theirs.version + 1, [where]: join(theirs[where]), saved: saved ?? theirs.saved });
  }
}

function later(pause) {
  clearTimeout(timer);
  timer = setTimeout(save, pause, draft);
}

function put({ url, version, text, note, saved }, keepalive) {
  const body = new URLSearchParams({ version, text, note, saved_reply: saved?.reply ?? "" });
  const headers = { "X-CSRFToken": document.body.dataset.csrf, "HX-Request": "true", Accept: "application/json" };
  return fetch(url, { method: "PUT", headers, body, keepalive }).catch(() => null);
}

// One at a time: what is typed meanwhile goes with the next.
async function save(mine, keepalive = false) {
  if (!mine?.changed || mine.saving) return;
  Object.assign(mine, { changed: false, saving: true, version: mine.version + 1 });
  const answer = await put(mine, keepalive);
  mine.saving = false;
  // Another tab has written since; what was typed here is newer still.
  if (answer?.status === 409) Object.assign(mine, { changed: true, version: (await answer.json()).version });
  else if (!answer?.ok) mine.changed = true;
  else if (!mine.changed) localStorage.removeItem(place(mine.conversation));
  if (mine.changed && mine === draft) later(answer ? PAUSE : AGAIN);
}

function arrive() {
  save(draft);
  draft = { ...JSON.parse(form().dataset.draft), url: form().dataset.draftUrl, conversation: openId() };
  // Typed in this browser and never stored, unless something newer was.
  const mine = JSON.parse(localStorage.getItem(place(draft.conversation)));
  if (mine?.version >= draft.version) draft = { ...draft, text: mine.text, note: mine.note, saved: mine.saved, version: mine.version, changed: true };
  else localStorage.removeItem(place(draft.conversation));
  showDraft();
  later(PAUSE);
}

async function adopt(known) {
  const answer = await fetch(known.url, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok || known !== draft || known.changed || known.saving) return;
  const theirs = await answer.json();
  if (theirs.version <= known.version) return;
  Object.assign(known, theirs);
  showDraft();
  field().dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("input", event => { if (event.target === field()) note(); });
document.addEventListener("pane-opened", arrive);
document.addEventListener("live", ({ detail: frame }) => {
  const news = frame.hint === "draft" && frame.conversation === draft?.conversation && frame.version > draft.version;
  if (news && openId() === draft.conversation && !draft.changed && !draft.saving) adopt(draft);
});
const leave = () => save(draft, true);
addEventListener("pagehide", leave);
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") leave(); });

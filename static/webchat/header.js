// Who is at the other end, whether they are there, and that they are typing.

import { moment } from "./text.js";

// The other side tells of typing again at most every 15 s; a word that stays for longer would be untrue.
const FADES = 20_000;

export function header(thread, { words: say, ...facts }) {
  const talk = thread.conversation;
  const there = talk ? { ...talk, backAt: talk.back_at } : facts;
  const name = talk?.assignee || talk?.team || say.team;
  document.getElementById("title").textContent = name;
  document.getElementById("face").textContent = [...name][0].toUpperCase();
  document.getElementById("presence").dataset.online = there.online;
  document.getElementById("presence-text").textContent = presence(there, say);
  if (thread.list.at(-1)?.id !== typing.last) hideTyping();
}

function presence({ online, open, backAt }, say) {
  if (!open) return backAt ? say.back.replace("{when}", moment(backAt)) : say.away;
  if (online) return [say.online, say.usually].filter(Boolean).join(" · ");
  return say.usually || say.offline;
}

const typing = { last: undefined, timer: 0 };

export function showTyping(thread, say) {
  const name = thread.conversation?.assignee || thread.conversation?.team || say.team;
  const place = document.getElementById("typing");
  place.querySelector(".typing-words").textContent = say.is_typing.replace("{name}", name);
  place.hidden = false;
  typing.last = thread.list.at(-1)?.id;
  clearTimeout(typing.timer);
  typing.timer = setTimeout(hideTyping, FADES);
}

function hideTyping() {
  document.getElementById("typing").hidden = true;
}

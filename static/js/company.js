// Which teammates have the open conversation before them or write in it; and they are told the same of this page.
// Nobody keeps it: whoever looks says so with every heartbeat of the socket, and at once when somebody comes.

import { isMe } from "./presence.js";
import { openId } from "./thread.js";

// Two heartbeats, and some time to arrive.
const LOOKS_FOR = 75_000;
// A little longer than whoever types waits before saying so again.
const TYPES_FOR = 12_000;
let told = "";
let others = new Map();
let over = 0;

const address = () => (document.visibilityState === "visible" && document.querySelector(".pane")?.dataset.looking) || "";

function tell(url, does) {
  const headers = { "X-CSRFToken": document.body.dataset.csrf, "HX-Request": "true", Accept: "application/json" };
  if (url) fetch(url, { method: "POST", headers, body: new URLSearchParams({ does }), keepalive: true }).catch(() => {});
}

function look(now = address()) {
  if (now === told) return;
  tell(told, "left");
  tell(now, "came");
  told = now;
  others = new Map();
  show();
}

function show() {
  const line = document.getElementById("company");
  if (!line) return;
  const now = performance.now();
  const there = [...others.values()].filter(each => each.until > now).sort((one, other) => other.types - one.types);
  const sentences = there.map(each => line.dataset[each.types > now ? "types" : "looks"].replace("{name}", each.name)).join(" · ");
  if (line.lastElementChild.textContent !== sentences) line.lastElementChild.textContent = line.title = sentences;
  line.hidden = !sentences;
  clearTimeout(over);
  const ends = there.flatMap(each => [each.until, each.types]).filter(end => end > now);
  if (ends.length) over = setTimeout(show, Math.min(...ends) - now + 1);
}

function hear({ teammate, name, does }) {
  const now = performance.now();
  if (does === "left") others.delete(teammate);
  else others.set(teammate, { name, until: now + LOOKS_FOR, types: does === "types" ? now + TYPES_FOR : (others.get(teammate)?.types ?? 0) });
  if (does === "came") tell(told, "looks");
  show();
}

document.addEventListener("live", ({ detail: frame }) => {
  if (frame.hint === "ready") tell(told, "came");
  if (frame.conversation !== openId()) return;
  if (frame.hint === "viewing" && !isMe(frame.teammate)) hear(frame);
  else if (["reply", "note"].includes(frame.verb)) {
    for (const each of others.values()) each.types = 0;
    show();
  }
});
document.addEventListener("pane-opened", () => { look(); show(); });
for (const moment of ["visibilitychange", "htmx:after:swap"]) document.addEventListener(moment, () => look());
addEventListener("pagehide", () => look(""));
addEventListener("pageshow", () => look());

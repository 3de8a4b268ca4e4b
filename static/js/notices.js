// What calls me is told outside the page and by a soft sound, in one tab of however many are open. The server says, in
// words, what of it is still so and wanted; nothing of a conversation comes by the socket.

import { isLookedAt, speaks } from "./looking.js";
import { ring } from "./sound.js";

const ABOUT = new Set(["failed", "mentioned", "assigned", "wrote", "expires", "woke", "waits"]);
// Auto Assign may hand out what waits; whoever looks at a conversation is told nothing of it.
const PATIENCE = 800;
const shown = new Map();
let heard = [];
let timer = 0;

const me = () => Number(document.querySelector(".me").dataset.teammate);

document.addEventListener("live", ({ detail: frame }) => {
  if (!ABOUT.has(frame.hint) || frame.by === me()) return;
  heard.push(`${frame.hint}-${frame.conversation}`);
  timer ||= setTimeout(tell, PATIENCE);
});

async function tell() {
  timer = 0;
  const asked = [...new Set(heard)];
  heard = [];
  if (!speaks()) return;
  const address = `${document.getElementById("toasts").dataset.notices}?heard=${asked}`;
  const answer = await fetch(address, { headers: { "HX-Request": "true", Accept: "application/json" } }).catch(() => null);
  // Logged out in another tab: this one has nothing more to say.
  if (answer?.status === 401) return location.reload();
  const { notices } = answer?.ok ? await answer.json() : { notices: [] };
  const news = [];
  for (const notice of notices) if (!(await isLookedAt(notice.conversation))) news.push(notice);
  if (news.some(notice => notice.sound)) ring();
  news.filter(notice => notice.browser).forEach(show);
}

function show(notice) {
  if (globalThis.Notification?.permission !== "granted") return;
  const { lang, dir } = document.documentElement;
  const icon = document.getElementById("icon").href;
  // Silent: whether it sounds is chosen in Monty, not by the system.
  const options = { body: notice.text, tag: notice.tag, renotify: true, silent: true, icon, lang, dir };
  try {
    const popped = new Notification(notice.title, options);
    popped.onclick = () => { popped.close(); focus(); open(notice); };
    popped.onclose = () => { if (shown.get(notice.tag) === popped) shown.delete(notice.tag); };
    shown.set(notice.tag, popped);
  } catch {
    // Chromium on Android has the name, and refuses pages without a service worker.
  }
}

function open(notice) {
  if (!notice.conversation) return location.assign(notice.url);
  const link = document.createElement("a");
  link.href = notice.url;
  link.hidden = true;
  for (const [name, value] of [["get", notice.url], ["target", "#conversation"], ["push-url", "true"]]) link.setAttribute(`hx-${name}`, value);
  document.body.append(link);
  htmx.process(link);
  link.click();
  document.addEventListener("htmx:after:swap", () => link.remove(), { once: true });
}

// What has been opened needs no telling any more; after the page is left (logged out, too) nothing stays on the screen.
document.addEventListener("pane-opened", ({ target }) => shown.get(`conversation-${target.dataset.conversation}`)?.close());
addEventListener("pagehide", () => shown.forEach(popped => popped.close()));

// The open conversation: new lines find their place, the view stays where the reader is.

import { dropDoubles, place } from "./lines.js";
import { post, throttled } from "./request.js";

const NEAR = 60;
let pinned = true;
let end = 0;
let fromBottom = 0;

const pane = () => document.querySelector(".pane");
const thread = () => document.getElementById("thread");
const head = () => document.getElementById("head");

export const openId = () => Number(pane()?.dataset.conversation ?? 0);

export const catchUp = throttled(() => {
  const open = pane();
  if (open) htmx.ajax("GET", `${open.dataset.news}?after=${head().dataset.event}`, { source: open, swap: "none" });
}, 150);

export function markRead() {
  if (pane() && document.visibilityState === "visible" && Number(head().dataset.unread)) post(pane().dataset.read, {});
}

export function toBottom() {
  pinned = true;
  if (!thread()) return;
  thread().scrollTop = thread().scrollHeight;
  end = thread().scrollTop;
}

// Whoever has just scrolled up is not taken back, though the event of it may still be on its way.
function follow() {
  if (pinned && (thread().scrollTop >= end || atBottom())) toBottom();
}

// Called once by the page itself, when everybody who wants to hear of an opened pane listens; then after each swap.
export function settle() {
  document.getElementById("desk").classList.toggle("is-open", Boolean(pane()));
  if (!pane()) return;
  if (!pane().dataset.settled) arrive(pane());
  else if (place(document.getElementById("incoming"))) markRead();
  dropDoubles();
  follow();
}

// The field grows, pictures come, the window changes: whoever reads the end goes on reading the end.
const resized = new ResizeObserver(follow);

function arrive(open) {
  open.dataset.settled = "yes";
  resized.disconnect();
  resized.observe(thread());
  resized.observe(document.getElementById("lines"));
  pinned = true;
  open.dispatchEvent(new CustomEvent("pane-opened", { bubbles: true }));
  const mark = document.querySelector("#lines > .is-found") ?? document.getElementById("news-mark");
  if (mark) mark.scrollIntoView({ block: "center" });
  else toBottom();
  pinned = !mark || atBottom();
  end = thread().scrollTop;
  thread().dataset.settled = "yes";
  if (thread().scrollHeight <= thread().clientHeight) wantOlder();
  markRead();
}

const atBottom = () => !document.getElementById("newer") && thread().scrollHeight - thread().scrollTop - thread().clientHeight < NEAR;

// Older lines are asked for only once the view stands where it belongs: a page that has just come is at its top.
function wantOlder() {
  if (thread().scrollTop < thread().clientHeight) document.getElementById("older")?.dispatchEvent(new Event("wanted"));
}

document.addEventListener("scroll", event => {
  if (event.target !== thread()) return;
  pinned = atBottom();
  if (thread().dataset.settled) wantOlder();
}, true);
document.addEventListener("htmx:before:swap", () => {
  if (thread()) fromBottom = thread().scrollHeight - thread().scrollTop;
});
document.addEventListener("htmx:after:swap", event => {
  const grewAbove = event.detail.ctx.request.action.includes("/older/");
  settle();
  if (grewAbove) thread().scrollTop = thread().scrollHeight - fromBottom;
});

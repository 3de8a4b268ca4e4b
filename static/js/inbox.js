// The inbox lives: what the socket says is fetched again from where the page came from.

import "./answer.js";
import "./assigned.js";
import "./bulk.js";
import "./combobox.js";
import "./company.js";
import "./composer.js";
import "./draft.js";
import "./faces.js";
import "./facts.js";
import "./emoji.js";
import "./hint.js";
import "./keys.js";
import "./later.js";
import "./macros.js";
import "./media.js";
import "./mentions.js";
import "./menu.js";
import "./notices.js";
import "./offers.js";
import "./orders.js";
import "./panel.js";
import "./places.js";
import "./player.js";
import "./quote.js";
import "./saved-reply.js";
import "./search.js";
import "./sheet.js";
import "./suggest.js";
import "./templates.js";
import "./told.js";
import "./typing.js";
import "./viewer.js";
import "./voice.js";
import "./windows.js";
import { isMe, showPresence } from "./presence.js";
import { problem, throttled, words } from "./request.js";
import { resume } from "./sending.js";
import { connect } from "./socket.js";
import { catchUp, markRead, openId, settle } from "./thread.js";
import { retitle } from "./title.js";
import { toast } from "./toast.js";

// Milliseconds.
const AGAIN = 2_000;

const rows = () => document.getElementById("rows");

const refresh = throttled(() => {
  const { address } = document.getElementById("list").dataset;
  const length = rows().querySelectorAll(".row").length;
  htmx.ajax("GET", `${rows().dataset.refresh}?${address}&rows=${length}&open=${openId()}`, { source: rows(), swap: "none" });
}, 1000);

function everything() {
  refresh();
  catchUp();
}

document.addEventListener("live", ({ detail: frame }) => {
  if (frame.hint === "presence") {
    showPresence(frame);
    if (isMe(frame.teammate) || document.getElementById("list").dataset.view.startsWith("team-")) refresh();
  } else if (frame.hint === "draft") {
    const shown = document.querySelector(`#row-${frame.conversation} .row-draft`);
    if (Boolean(shown) !== frame.written) refresh();
  } else if (["mentioned", "mentions"].includes(frame.hint)) refresh();
  else if (["ready", "catch_up", "membership", "channels"].includes(frame.hint)) everything();
  else if (frame.verb) {
    refresh();
    if (frame.conversation === openId()) catchUp();
  }
});
document.addEventListener("window-changed", everything);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") everything(), markRead();
});
// What this page itself has done comes by the socket, too; this only is quicker.
document.addEventListener("inbox-changed", () => {
  document.querySelector(":is(#drop-dialog, #close-dialog, #block-dialog, #flow-dialog)[open]")?.close();
  document.querySelector(":is(#snoozing, #send-later-change):popover-open")?.hidePopover();
  everything();
});
document.addEventListener("htmx:after:swap", () => {
  retitle();
  for (const row of rows().querySelectorAll(".row[aria-current]")) row.removeAttribute("aria-current");
  document.querySelector(`#row-${openId()} .row`)?.setAttribute("aria-current", "true");
});
// What could not be fetched now is asked for again: nothing else may come that would tell of it.
const fetchesNews = ({ action }) => action.includes("/news/") || action.includes("/inbox/refresh/");
let retry = 0;
function fetchLater() {
  clearTimeout(retry);
  retry = setTimeout(everything, AGAIN);
}

document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  const leftMyInboxes = ctx.response.status === 404 && ctx.request.action.includes("/news/");
  if (ctx.response.status >= 429 && fetchesNews(ctx.request)) fetchLater();
  else if (leftMyInboxes) document.getElementById("conversation").replaceChildren(document.getElementById("gone").content.cloneNode(true));
  else if (ctx.request.method === "POST") toast(problem(ctx.text).detail), everything();
});
document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (ctx && fetchesNews(ctx.request)) fetchLater();
  else if (ctx?.request.method === "POST") toast(words("failed"));
});
document.addEventListener("click", event => {
  if (!event.target.closest?.("[data-back]")) return;
  event.preventDefault();
  document.querySelector(".place[aria-current]").click();
});

settle();
resume();
connect();

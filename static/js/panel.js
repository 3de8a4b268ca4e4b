// The side panel: open or shut as its reader left it, fetched when it is opened, fetched again when it says something else.

import { throttled } from "./request.js";
import { openId } from "./thread.js";

const KEY = "monty.panel";
// Where it stands beside the thread; in smaller windows it lies over it, and only when somebody wants it.
const beside = matchMedia("(min-width: 90rem)");
// After these it says something else.
const TOLD = ["describe", "merge", "unmerge", "introduce", "label", "assign", "pick_up", "hand_to", "unassign", "take_back", "close", "drop", "reopen", "revive", "undo", "receive", "snooze", "wake"];

const panel = () => document.getElementById("panel");
const pane = () => document.querySelector(".pane");
const isOpen = () => pane()?.classList.contains("shows-panel") ?? false;

function show(open, { remember = false } = {}) {
  if (!panel()) return;
  pane().classList.toggle("shows-panel", open);
  for (const toggle of document.querySelectorAll("[data-panel-toggle]")) toggle.setAttribute("aria-expanded", open);
  if (remember && beside.matches) localStorage.setItem(KEY, open ? "open" : "shut");
  if (open) refresh();
}

// Whoever edits a line of it is left alone until they are done.
const isEdited = () => panel().querySelector(".fact-form:not([hidden])") !== null;
export const refresh = throttled(() => {
  if (isOpen() && !isEdited()) htmx.ajax("GET", panel().dataset.address, { source: panel(), target: panel(), swap: "innerMorph" });
}, 500);
// Nor is it taken from under their hands by what was asked for before they began.
document.addEventListener("htmx:before:swap", event => {
  if (event.detail.ctx.sourceElement === panel() && isEdited()) event.preventDefault();
});

const parts = () => JSON.parse(localStorage.getItem(`${KEY}.shut`) ?? "[]");

// Parts that somebody has shut stay shut, also in the panel of the next conversation.
function arrange() {
  for (const part of panel()?.querySelectorAll(".panel-part") ?? []) part.open = !parts().includes(part.dataset.part);
  for (const toggle of document.querySelectorAll("#head [data-panel-toggle]")) toggle.setAttribute("aria-expanded", isOpen());
}

document.addEventListener("pane-opened", () => show(beside.matches && localStorage.getItem(KEY) !== "shut"));
document.addEventListener("live", ({ detail: frame }) => { if (frame.conversation === openId() && (TOLD.includes(frame.verb) || frame.verb?.endsWith("_order"))) refresh(); });
document.addEventListener("facts-settled", refresh);
document.addEventListener("window-changed", refresh);
document.addEventListener("click", event => {
  const { target } = event;
  if (target.closest?.("[data-panel-toggle]")) {
    const open = !isOpen();
    show(open, { remember: true });
    (open ? panel() : document.querySelector("#head [data-panel-toggle]")).focus();
  }
  const summary = target.closest?.(".panel-part > summary");
  if (!summary) return;
  const { part } = summary.parentElement.dataset;
  const shut = new Set(parts());
  summary.parentElement.open ? shut.add(part) : shut.delete(part);
  localStorage.setItem(`${KEY}.shut`, JSON.stringify([...shut]));
});
document.addEventListener("keydown", event => {
  if (event.key === "Escape" && !event.defaultPrevented && isOpen() && !beside.matches && event.target.closest?.("#panel")) show(false);
});
document.addEventListener("htmx:after:swap", arrange);

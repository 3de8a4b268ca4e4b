// One action on all that was selected: watched while it runs, undone while that is possible.

import { throttled } from "./request.js";
import { clear } from "./selection.js";

const run = () => document.getElementById("bulk-run");
const isRunning = () => run() && !("finished" in run().dataset);
// Should its news get lost on the way, it is asked for.
const PATIENCE = 3000;
let over = 0;
let asking = 0;

const look = throttled(() => {
  if (isRunning()) htmx.ajax("GET", run().dataset.address, { source: run(), target: "#bulk", swap: "innerHTML" });
}, 200);

function settle() {
  const undo = document.getElementById("bulk-undo");
  clearTimeout(over);
  if (undo) over = setTimeout(() => undo.remove(), Math.max(0, new Date(undo.dataset.until) - Date.now()));
  // Begun once: what else is put into the page meanwhile would have the wait begin anew.
  if (isRunning()) asking ||= setTimeout(ask, PATIENCE);
}

function ask() {
  asking = 0;
  look();
  settle();
}

document.addEventListener("live", ({ detail: frame }) => { if (["bulk", "ready", "catch_up"].includes(frame.hint)) look(); });
document.addEventListener("click", event => { if (event.target.closest?.("#bulk-end")) run().remove(); });
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.request.method === "POST" && run()) clear();
  settle();
});

// What became mine without my doing: said with a link to it, counted in the title until it is opened.

import { throttled } from "./request.js";
import { openId } from "./thread.js";
import { fresh, retitle } from "./title.js";
import { toast } from "./toast.js";

const LONG = 12_000;
let given = [];

const me = () => Number(document.querySelector(".me").dataset.teammate);

// Many may come at once: the first is told at once, the rest together.
const tell = throttled(async () => {
  const numbers = given.splice(0);
  const address = `${document.getElementById("toasts").dataset.yours}?conversations=${numbers}`;
  const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
  const told = document.createRange().createContextualFragment(answer?.ok ? await answer.text() : "").firstElementChild;
  if (!told) return;
  for (const number of told.dataset.fresh.split(" ").filter(Boolean).map(Number)) if (number !== openId()) fresh.add(number);
  htmx.process(toast(told, LONG));
  retitle();
}, 1000);

document.addEventListener("live", ({ detail: frame }) => {
  if (frame.hint === "assigned") {
    given.push(frame.conversation);
    tell();
  } else if (fresh.has(frame.conversation) && (frame.verb === "receive" || frame.assignee !== me())) {
    // The server counts it from now on, or it is not mine any more.
    fresh.delete(frame.conversation);
    retitle();
  }
});
document.addEventListener("pane-opened", () => fresh.delete(openId()) && retitle());

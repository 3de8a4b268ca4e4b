// The saved reply that the text was made from: shown above the field until it is sent or taken away, its files go along.

import { words } from "./request.js";

const VARIABLE = /\{\{[^{}]*\}\}/g;
const form = () => document.getElementById("composer");
const chip = () => document.getElementById("chosen");
const part = name => chip().querySelector(`.chosen-${name}`);

// { reply, title, files } or null.
export const chosen = () => (form().dataset.mode === "message" && form().dataset.chosen ? JSON.parse(form().dataset.chosen) : null);

export function choose(what) {
  if (what) form().dataset.chosen = JSON.stringify({ reply: what.reply, title: what.title, files: what.files });
  else delete form().dataset.chosen;
  chip().hidden = !what;
  part("title").textContent = what?.title ?? "";
  part("files").textContent = what?.files ?? "";
  part("clip").hidden = !what?.files;
  unfilled();
}

// Whether a variable still stands in the text, which is then said.
export function unfilled() {
  const open = chosen() ? [...new Set(document.getElementById("message").value.match(VARIABLE))] : [];
  part("missing").textContent = open.length ? words("missing").replace("{names}", open.join(", ")) : "";
  return open.length > 0;
}

document.addEventListener("suggestion-picked", ({ detail }) => { if (detail.reply) choose(detail); });
document.addEventListener("input", ({ target }) => {
  if (target.id !== "message") return;
  // Nothing is left of it.
  if (!target.value && chosen()) choose(null);
  unfilled();
});
document.addEventListener("click", event => {
  if (!event.target.closest?.("#chosen button")) return;
  choose(null);
  document.getElementById("message").focus();
  document.getElementById("message").dispatchEvent(new Event("input", { bubbles: true }));
});

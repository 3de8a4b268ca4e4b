// The customer types: said for a moment below the thread, where a provider tells.

import { openId } from "./thread.js";

// Providers tell it again every few seconds for as long as it is so.
const LASTS = 7_000;
let over = 0;

function show(types) {
  const hint = document.getElementById("types");
  clearTimeout(over);
  if (hint) hint.hidden = !types;
  if (types) over = setTimeout(show, LASTS, false);
}

document.addEventListener("live", ({ detail: frame }) => {
  if (frame.conversation !== openId()) return;
  if (frame.hint === "typing") show(true);
  else if (frame.verb === "receive") show(false);
});

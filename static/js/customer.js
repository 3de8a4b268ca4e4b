// The customer is typing: shown while they are, and never longer.

import { openId } from "./thread.js";

// Webchat's visitors tell of it every 8 s, some providers every 20 s.
const FADES = 20_000;
let timer;

const place = () => document.getElementById("customer-typing");

function hide() {
  clearTimeout(timer);
  if (place()) place().hidden = true;
}

document.addEventListener("live", ({ detail: frame }) => {
  if (frame.conversation !== openId() || !place()) return;
  if (frame.verb === "receive") hide();
  if (frame.hint !== "typing") return;
  place().hidden = false;
  clearTimeout(timer);
  timer = setTimeout(hide, FADES);
});

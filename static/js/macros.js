// Macros of the open conversation: q opens their menu, a digit in it runs the one that has it.

import { isCommand } from "./keys.js";
import { post, uuid } from "./request.js";
import { lastSeen } from "./sending.js";
import { toast } from "./toast.js";

const menu = () => document.querySelector(":is(#macros, #bulk-macros):popover-open");

// A digit that came before the menu had.
let early = "";
// What was pressed and did not get an answer is the same press when it is pressed again.
let attempt = {};

async function run({ macro, url }) {
  if (attempt.macro !== macro || attempt.url !== url) attempt = { macro, url, client_id: uuid() };
  const { status, detail } = await post(url, { macro, seen: lastSeen(), client_id: attempt.client_id });
  if (status) attempt = {};
  document.dispatchEvent(new Event("inbox-changed"));
  if (status < 200 || status >= 300) toast(detail, 12_000);
}

function choose(digit) {
  const item = menu()?.querySelector(`[data-digit="${digit}"]`);
  item?.click();
  return Boolean(item);
}

document.addEventListener("click", event => {
  const item = event.target.closest?.("[data-macro]");
  if (item) run(item.dataset);
});
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const search = menu()?.querySelector(".menu-search");
  const digit = /^[1-9]$/.test(event.key);
  if (menu() && !search && digit) early = event.key;
  else if (digit && event.target === search && !search.value) {
    if (choose(event.key)) event.preventDefault();
  } else if (event.key === "q" && isCommand(event)) {
    const selecting = document.querySelector("#selection:not([hidden])");
    const button = document.getElementById(selecting ? "bulk-macros-open" : "macros-open");
    if (button) event.preventDefault(), button.click();
  }
});
document.addEventListener("htmx:after:swap", () => {
  if (early && menu()?.querySelector(".menu-search")) choose(early), early = "";
});
document.addEventListener("toggle", event => { if (event.target.matches?.("#macros, #bulk-macros") && event.newState === "closed") early = ""; }, true);

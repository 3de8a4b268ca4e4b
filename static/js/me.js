// “My settings”: whether the browser lets Monty tell anything, how it sounds, and a switch that could not be stored.

import { problem, words } from "./request.js";
import { tryOut } from "./sound.js";
import { toast } from "./toast.js";

const state = () => globalThis.Notification?.permission ?? "missing";

function showPermission() {
  for (const line of document.querySelectorAll("[data-permission]")) line.hidden = line.dataset.permission !== state();
}

document.getElementById("ask").addEventListener("click", async () => {
  await Notification.requestPermission();
  showPermission();
});
document.getElementById("try-sound").addEventListener("click", tryOut);
// Changed in the browser's own settings meanwhile.
addEventListener("focus", showPermission);
showPermission();

const clock = Intl.DateTimeFormat().resolvedOptions().timeZone;
const zone = document.getElementById("id_time_zone");
const here = document.getElementById("zone-here");
here.hidden = here.dataset.zone === clock || ![...zone.options].some(option => option.value === clock);
here.querySelector("b").textContent = clock.replaceAll("_", " ");
here.querySelector("button").addEventListener("click", () => {
  zone.value = clock;
  here.hidden = true;
  zone.focus();
});

function undo({ detail: { ctx } }) {
  if (ctx.sourceElement.type !== "checkbox") return;
  ctx.sourceElement.checked = !ctx.sourceElement.checked;
  toast(ctx.text ? problem(ctx.text).detail : words("failed"));
}
document.addEventListener("htmx:response:error", undo);
document.addEventListener("htmx:error", undo);

// The dialog "Templates": fetched when opened, filtered while typing, looked at while being filled in.

import { post } from "./request.js";
import { catchUp } from "./thread.js";

const dialog = () => document.getElementById("templates");
const items = () => [...dialog().querySelectorAll("li:not([hidden]) .templates-item:not(:disabled)")];

function filter(wanted) {
  for (const item of dialog().querySelectorAll(".templates-item")) item.parentElement.hidden = !item.dataset.find.toLowerCase().includes(wanted);
  dialog().querySelector(".templates-none").hidden = Boolean(dialog().querySelector("li:not([hidden])"));
}

function fill({ value, dataset }) {
  for (const slot of dialog().querySelectorAll(".slot")) {
    if (slot.dataset.slot !== dataset.fills) continue;
    slot.textContent = value.trim() || slot.dataset.empty;
    slot.classList.toggle("is-filled", Boolean(value.trim()));
  }
}

function walk(event) {
  const stops = [dialog().querySelector(".templates-search"), ...items()];
  const next = stops[stops.indexOf(document.activeElement) + { ArrowDown: 1, ArrowUp: -1 }[event.key]];
  if (next) next.focus();
  event.preventDefault();
}

async function send(form) {
  const box = dialog();
  const button = form.querySelector(".primary");
  const complaint = form.querySelector(".notice");
  button.disabled = true;
  const { status, detail } = await post(form.action, new FormData(form));
  button.disabled = false;
  catchUp();
  if (status >= 200 && status < 300) return box.close();
  complaint.textContent = detail;
  complaint.hidden = false;
}

document.addEventListener("click", event => {
  if (event.target.closest?.("[commandfor=templates][command=show-modal]")) htmx.trigger(document.getElementById("templates-body"), "templates-opened");
});
document.addEventListener("input", event => {
  if (event.target.matches(".templates-search")) filter(event.target.value.trim().toLowerCase());
  if (event.target.matches("[data-fills]")) fill(event.target);
});
document.addEventListener("keydown", event => {
  if (!event.target.matches?.(".templates-search, .templates-item")) return;
  if (event.key in { ArrowDown: 1, ArrowUp: 1 }) walk(event);
  else if (event.key === "Enter" && event.target.matches(".templates-search")) event.preventDefault(), items()[0]?.click();
});
document.addEventListener("submit", event => { if (event.target.matches(".template-form")) event.preventDefault(), send(event.target); });
// A part that was fetched takes the focus where a page would.
document.addEventListener("htmx:after:swap", () => { if (dialog()?.open && !dialog().querySelector(":focus")) dialog().querySelector("[autofocus]")?.focus(); });

// The dialog “Create Order”: everything typed goes to the server, which keeps the draft and says what it costs. One request
// at a time, in the order of what was done, each with the whole form as it stands when it leaves.

import { uuid } from "./request.js";

const PAUSE = 250;
const dialog = () => document.getElementById("order-dialog");
const body = () => document.getElementById("order-body");
const form = () => document.getElementById("order-form");
const search = () => document.getElementById("order-search");
const products = () => [...body().querySelectorAll(".selling-product:not(:disabled)")];

let waiting = [];
let busy = false;
let timer = 0;
// Pressed again after no answer came, it is the same press.
let press = "";

function open(order) {
  const url = document.getElementById("create-order").dataset.orderForm;
  body().textContent = body().dataset.loading;
  press = uuid();
  dialog().showModal();
  htmx.ajax("GET", order ? `${url}?order=${order}` : url, { source: body(), target: body(), swap: "innerHTML" });
}

function queue(deed) {
  clearTimeout(timer);
  timer = 0;
  // What was typed leaves with whatever comes after it.
  waiting = [...waiting.filter(each => each.do !== "typed"), deed];
  flush();
}

async function flush() {
  if (busy) return;
  busy = true;
  while (waiting.length && form()) {
    const deed = waiting.shift();
    const values = { ...Object.fromEntries(new FormData(form())), ...deed };
    problem().textContent = "";
    problem().hidden = true;
    // What could not be sent stands in the form, and goes with the next; the page says that it failed.
    await htmx.ajax("POST", form().action, { source: body(), swap: "none", values }).catch(() => {});
    if (form()) problem().hidden = !problem().textContent;
  }
  busy = false;
}

const problem = () => document.getElementById("order-problem");

function typed() {
  clearTimeout(timer);
  timer = setTimeout(() => queue({ do: "typed" }), PAUSE);
}

function remove(button) {
  const rows = [...body().querySelectorAll("#order-lines tbody tr")];
  const next = rows[rows.indexOf(button.closest("tr")) + 1] ?? rows.at(-2);
  button.closest("tr").querySelectorAll("[name]").forEach(field => field.remove());
  afterwards = next ? `#${next.id} [data-order-do=remove]` : "#order-search";
  queue({ do: "lines" });
}

// Where the focus goes when the lines have come anew: what had it may be gone. Null: where it is.
let afterwards = null;

function refocus() {
  if (!dialog()?.open || !form()) return;
  if (afterwards !== null) {
    (document.querySelector(afterwards) ?? search()).focus();
    afterwards = null;
  } else if (!dialog().contains(document.activeElement) || document.activeElement === dialog()) body().querySelector("[autofocus]")?.focus();
}

const DEEDS = {
  add: ({ dataset }) => queue({ do: "add", variant: dataset.variant }),
  repeat: ({ dataset }) => queue({ do: "repeat", earlier: dataset.earlier }),
  remove,
  lines: select => { afterwards = `#order-line-${select.value} select`; queue({ do: "lines" }); },
  save: () => queue({ do: "save" }),
  discard: () => (form().elements.order ? queue({ do: "discard" }) : dialog().close()),
  send: () => queue({ do: "send", client_id: press }),
};

document.addEventListener("click", event => {
  const opener = event.target.closest?.("[data-order-open]");
  if (opener) open(opener.dataset.orderOpen);
  const button = event.target.closest?.("button[data-order-do]");
  if (button) DEEDS[button.dataset.orderDo](button);
});
document.addEventListener("input", event => { if (event.target.closest?.("#order-form") && !event.target.matches("select")) typed(); });
document.addEventListener("change", event => {
  if (!event.target.closest?.("#order-form") || !event.target.matches("select")) return;
  if (event.target.dataset.orderDo) DEEDS[event.target.dataset.orderDo](event.target);
  else queue({ do: "typed" });
});
document.addEventListener("submit", event => { if (event.target === form()) event.preventDefault(); });
document.addEventListener("keydown", event => {
  if (event.isComposing || !event.target.closest?.("#order-dialog")) return;
  const inForm = event.target.matches("#order-form input");
  if (event.key === "Enter" && event.target === search()) event.preventDefault(), takeFirst();
  else if (event.key === "Enter" && inForm) event.preventDefault(), queue({ do: "typed" });
  else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.preventDefault(), DEEDS.send();
  else if (event.key in { ArrowDown: 1, ArrowUp: 1 } && event.target.matches("#order-search, .selling-product")) walk(event);
});

// Of what was typed, not of what was found before: whoever is quicker than the server waits for it.
let hurried = false;
function takeFirst() {
  hurried = body().querySelector(".selling-products").dataset.typed !== search().value;
  if (!hurried) products()[0]?.click();
}

function walk(event) {
  const stops = [search(), ...products()];
  stops[stops.indexOf(event.target) + { ArrowDown: 1, ArrowUp: -1 }[event.key]]?.focus();
  event.preventDefault();
}

// An order stands in the thread each time its customer heard of it: only the last card has its lines and buttons.
function settleCards() {
  const last = new Map();
  const cards = document.querySelectorAll("#lines .order-card");
  for (const card of cards) last.set(card.dataset.order, card);
  for (const card of cards) card.classList.toggle("is-old", last.get(card.dataset.order) !== card);
}

// What was typed last is kept also by closing.
document.addEventListener("close", event => { if (event.target === dialog() && timer && form()) queue({ do: "typed" }); }, true);
document.addEventListener("inbox-changed", () => { if (!waiting.length) dialog()?.close(); });
settleCards();
document.addEventListener("htmx:after:swap", () => {
  settleCards();
  refocus();
  if (hurried && dialog()?.open && search()) takeFirst();
});

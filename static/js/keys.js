// Single keys for what one does all day: j and k walk the list, the others press what is on the page. "?" tells them all.

const KEY = "monty.keys";
const dialog = () => document.getElementById("shortcuts");
const isOn = () => localStorage.getItem(KEY) !== "off";
const isTyping = target => target.closest?.("input:not(.pick), textarea, select, [contenteditable]");
const isCovered = () => document.querySelector(":popover-open:not(#toasts), dialog[open]");

// Whether a single key is meant as a command: nobody types, nothing lies over the page, and they are wanted.
export function isCommand(event) {
  return isOn() && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target) && !isCovered();
}

// Where letters are not Latin ones, the key itself counts.
const letter = ({ key, code }) => (/^[\x20-\x7e]$/.test(key) ? key : code.replace(/^Key/, "").toLowerCase());

function press(selector) {
  const button = document.querySelector(selector);
  if (button && !button.closest("[inert]")) button.click();
}

const current = () => document.querySelector("#rows .row[aria-current]");

function walk(step) {
  const rows = [...document.querySelectorAll("#rows .row")];
  const from = rows.indexOf(document.activeElement.closest("#rows > li")?.querySelector(".row") ?? current());
  rows[from < 0 ? 0 : from + step]?.focus();
}

const COMMANDS = {
  j: () => walk(1),
  k: () => walk(-1),
  e: () => press("#close"),
  r: () => press(".tab[data-mode=message]"),
  n: () => press(".tab[data-mode=note]"),
  a: () => press("#assignee"),
  m: () => press(".presence"),
  "?": () => dialog().showModal(),
};

document.addEventListener("keydown", event => {
  const command = COMMANDS[letter(event)];
  if (command && isCommand(event)) {
    event.preventDefault();
    command();
  } else if (event.key === "Escape" && event.target.id === "message" && !event.defaultPrevented && !event.isComposing) {
    (current() ?? document.getElementById("thread")).focus();
  }
});
const choice = () => dialog().querySelector("[type=checkbox]");
choice().checked = isOn();
choice().addEventListener("change", () => localStorage.setItem(KEY, choice().checked ? "on" : "off"));

// The message that the answer quotes: chosen at its line, shown above the field until it is sent or let go.

const form = () => document.getElementById("composer");
const chip = () => document.getElementById("answering");
const buttons = () => [...document.querySelectorAll("#lines .line-answer")];

// { id, who, text } or null.
export const answering = () => (form().dataset.mode === "message" && form().dataset.answers ? JSON.parse(form().dataset.answers) : null);

export function answer(what) {
  if (what) form().dataset.answers = JSON.stringify(what);
  else delete form().dataset.answers;
  chip().hidden = !what;
  chip().querySelector("b").textContent = what?.who ?? "";
  chip().querySelector(".quote-text").textContent = what?.text ?? "";
}

// As the line says it.
function told(line) {
  const bubble = line.querySelector(".bubble");
  const who = bubble.querySelector(":scope > .visually-hidden").textContent.replace(/:$/, "");
  const text = bubble.querySelector(":scope > .text")?.textContent || bubble.querySelector("img")?.alt || bubble.innerText;
  return { id: Number(line.dataset.message), who, text: text.trim().slice(0, 140) };
}

// It has gone with an answer.
export const answered = () => answer(null);

// One of many buttons stands in the order of the Tab key; the arrow keys lead on to the others.
function arrange(current = buttons().at(-1)) {
  for (const button of buttons()) button.tabIndex = button === current ? 0 : -1;
}

function walk(event) {
  const all = buttons();
  const next = all[all.indexOf(event.target) + { ArrowUp: -1, ArrowDown: 1 }[event.key]];
  event.preventDefault();
  if (!next) return;
  arrange(next);
  next.focus();
}

document.addEventListener("click", event => {
  const button = event.target.closest?.(".line-answer");
  if (button) {
    form().querySelector(".tab[data-mode=message][aria-selected=false]")?.click();
    answer(told(button.closest(".line")));
    document.getElementById("message").focus();
  } else if (event.target.closest?.("#answering button")) {
    answer(null);
    document.getElementById("message").focus();
  }
});
document.addEventListener("keydown", event => {
  if (event.target.matches?.(".line-answer") && event.key in { ArrowUp: 1, ArrowDown: 1 }) walk(event);
  // Only what nothing else has taken: a list above the field shuts by the same key.
  else if (event.key === "Escape" && event.target.id === "message" && answering()) event.preventDefault(), answer(null);
});
document.addEventListener("pane-opened", () => arrange());
document.addEventListener("htmx:after:swap", () => { if (!buttons().includes(document.activeElement)) arrange(); });

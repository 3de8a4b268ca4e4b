// Rows of the list that are selected: by click, a span of them with Shift, and by the key x on a row.

export const selected = new Set();
let last = 0;

const bar = () => document.getElementById("selection");
const boxes = () => [...document.querySelectorAll("#rows .pick")];

export function show() {
  const there = boxes();
  const numbers = new Set(there.map(box => Number(box.value)));
  for (const number of selected) if (!numbers.has(number)) selected.delete(number);
  for (const box of there) box.checked = selected.has(Number(box.value));
  document.getElementById("rows").classList.toggle("is-picking", selected.size > 0);
  const count = document.getElementById("selection-count");
  bar().hidden = selected.size === 0;
  count.textContent = count.dataset.words.replace("{number}", selected.size);
  const all = document.getElementById("pick-all");
  all.checked = there.length > 0 && selected.size === there.length;
  all.indeterminate = selected.size > 0 && !all.checked;
}

export function clear() {
  selected.clear();
  show();
}

function pick(number, on, span) {
  const numbers = boxes().map(box => Number(box.value));
  const [from, to] = [numbers.indexOf(last), numbers.indexOf(number)].sort((one, other) => one - other);
  const meant = span && from >= 0 ? numbers.slice(from, to + 1) : [number];
  for (const each of meant) on ? selected.add(each) : selected.delete(each);
  last = number;
  show();
}

document.addEventListener("click", event => {
  const { target } = event;
  if (target.matches?.(".pick")) pick(Number(target.value), target.checked, event.shiftKey);
  else if (target.id === "pick-all") {
    for (const box of boxes()) target.checked ? selected.add(Number(box.value)) : selected.delete(Number(box.value));
    show();
  } else if (target.closest?.("#selection-end")) clear();
});
// Shift-click on a box would mark the text between the two.
document.addEventListener("mousedown", event => {
  if (event.shiftKey && event.target.closest?.(".row-pick")) event.preventDefault();
});
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches?.("input:not(.pick), textarea, select")) return;
  const row = event.target.closest?.("#rows > li[data-row]");
  if (event.key.toLowerCase() === "x" && row) {
    const number = Number(row.dataset.row);
    pick(number, !selected.has(number), event.shiftKey);
  } else if (event.key === "Escape" && selected.size && !document.querySelector(":popover-open, dialog[open]")) clear();
});
document.addEventListener("htmx:after:swap", show);

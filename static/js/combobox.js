// A field that offers what it knows while somebody types: arrow keys walk, Enter takes, Escape leaves it as typed.

const listOf = field => document.getElementById(field.getAttribute("aria-controls"));
const shown = field => [...listOf(field).children].filter(option => !option.hidden);
const selected = field => listOf(field).querySelector("[aria-selected=true]:not([hidden])");

function select(field, option) {
  for (const each of listOf(field).children) each.setAttribute("aria-selected", each === option);
  if (option) field.setAttribute("aria-activedescendant", option.id), option.scrollIntoView({ block: "nearest" });
  else field.removeAttribute("aria-activedescendant");
}

function open(field, wanted = field.value.trim().toLowerCase()) {
  for (const option of listOf(field).children) option.hidden = !option.dataset.value.toLowerCase().includes(wanted);
  listOf(field).hidden = shown(field).length === 0;
  field.setAttribute("aria-expanded", !listOf(field).hidden);
  select(field, wanted ? shown(field)[0] : null);
}

function close(field) {
  listOf(field).hidden = true;
  field.setAttribute("aria-expanded", false);
  select(field, null);
}

function take(field, option) {
  field.value = option.dataset.value;
  close(field);
}

function walk(field, step) {
  if (listOf(field).hidden) return open(field, "");
  const all = shown(field);
  const here = all.indexOf(selected(field));
  select(field, all[here < 0 && step < 0 ? all.length - 1 : (here + step + all.length) % all.length]);
}

const field = event => event.target.closest?.("[role=combobox][aria-controls]");

document.addEventListener("input", event => { if (field(event)) open(field(event)); });
document.addEventListener("keydown", event => {
  const here = field(event);
  if (!here || event.isComposing) return;
  const offers = !listOf(here).hidden;
  if (event.key in { ArrowDown: 1, ArrowUp: 1 }) walk(here, event.key === "ArrowDown" ? 1 : -1);
  else if (event.key === "Enter" && offers && selected(here)) take(here, selected(here));
  else if (event.key === "Escape" && offers) close(here);
  else return;
  event.preventDefault();
});
document.addEventListener("focusout", event => { if (field(event)) close(field(event)); });
// The field keeps the focus while an option is pressed.
document.addEventListener("mousedown", event => { if (event.target.closest?.(".combo")) event.preventDefault(); });
document.addEventListener("click", event => {
  const option = event.target.closest?.(".combo-option");
  if (option) take(document.querySelector(`[aria-controls="${option.parentElement.id}"]`), option);
  else if (field(event)) open(field(event), "");
});

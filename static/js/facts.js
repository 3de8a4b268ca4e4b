// Lines of the contact's card, edited where they stand: what was typed shows at once, and comes back with the reason if it is refused.

import { post } from "./request.js";

const parts = fact => ({ value: fact.querySelector(".fact-value"), form: fact.querySelector(".fact-form"), error: fact.querySelector(".field-error") });
const input = form => form.elements.value;

function edit(fact) {
  const { value, form } = parts(fact);
  value.hidden = true;
  form.hidden = false;
  fact.dataset.before ??= input(form).value;
  input(form).focus();
  input(form).select?.();
}

function leave(fact, { focus = false } = {}) {
  const { value, form, error } = parts(fact);
  error.hidden = true;
  value.hidden = false;
  form.hidden = true;
  if (focus) value.focus();
}

function cancel(fact) {
  input(parts(fact).form).value = fact.dataset.before;
  delete fact.dataset.before;
  leave(fact, { focus: true });
  fact.dispatchEvent(new CustomEvent("facts-settled", { bubbles: true }));
}

const shown = field => (field.matches("select") ? field.selectedOptions[0].textContent : field.value.trim());

async function save(fact, { focus = false } = {}) {
  const { value, form, error } = parts(fact);
  const field = input(form);
  if (field.value === fact.dataset.before && field.validity.valid) return cancel(fact);
  const text = value.querySelector("span");
  const before = text.textContent;
  text.textContent = field.value ? shown(field) : "–";
  value.classList.toggle("is-empty", !field.value);
  fact.classList.add("is-saving");
  leave(fact, { focus });
  const typed = field.validity.badInput ? "?" : field.value;
  const { status, detail } = await post(fact.closest("[data-describe]").dataset.describe, { field: fact.dataset.field, value: typed });
  fact.classList.remove("is-saving");
  if (status >= 200 && status < 300) {
    delete fact.dataset.before;
    fact.dispatchEvent(new CustomEvent("facts-settled", { bubbles: true }));
    return;
  }
  text.textContent = before;
  error.textContent = detail;
  error.hidden = false;
  edit(fact);
}

document.addEventListener("click", event => {
  const value = event.target.closest?.("button.fact-value");
  if (value) edit(value.closest(".fact"));
});
document.addEventListener("submit", event => {
  if (!event.target.matches(".fact-form")) return;
  event.preventDefault();
  save(event.target.closest(".fact"), { focus: true });
});
document.addEventListener("change", event => {
  if (event.target.matches(".fact-form select")) save(event.target.closest(".fact"), { focus: true });
});
document.addEventListener("focusout", event => {
  const form = event.target.closest?.(".fact-form:not([hidden])");
  if (form && !form.contains(event.relatedTarget) && document.hasFocus()) save(form.closest(".fact"));
});
document.addEventListener("keydown", event => {
  const fact = event.target.closest?.(".fact-form")?.closest(".fact");
  if (!fact || event.isComposing) return;
  if (event.key === "Escape") event.preventDefault(), cancel(fact);
  else if (event.key === "Enter" && event.target.matches("textarea") && (event.ctrlKey || event.metaKey)) event.preventDefault(), save(fact, { focus: true });
  else if (event.key === "Enter" && event.target.matches("select, [type=number], [type=date]")) event.preventDefault(), save(fact, { focus: true });
});

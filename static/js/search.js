// The search field and the filters: a key that leads there, and addresses that say only what was asked for.

import { isCommand } from "./keys.js";

const field = () => document.getElementById("search");

// Empty fields of a form would stand in the address.
document.addEventListener("formdata", ({ target, formData }) => {
  if (!target.matches(".filters, .search")) return;
  for (const [name, value] of [...formData]) if (!value) formData.delete(name);
});
document.addEventListener("keydown", event => {
  const slash = event.key === "/" && isCommand(event);
  const command = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  if (!field() || !(slash || command)) return;
  event.preventDefault();
  // On a phone the list is hidden while a conversation is open.
  if (!field().checkVisibility()) document.querySelector("[data-back]")?.click();
  field()?.focus();
  field()?.select();
});

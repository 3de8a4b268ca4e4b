// The "Message" field and its tabs: Enter sends.

import { showDraft } from "./draft.js";
import { words } from "./request.js";
import { submit } from "./sending.js";

const form = () => document.getElementById("composer");
const field = () => document.getElementById("message");

function choose(tab) {
  const note = tab.dataset.mode === "note";
  form().dataset.mode = tab.dataset.mode;
  for (const each of form().querySelectorAll(".tab")) {
    each.setAttribute("aria-selected", each === tab);
    each.tabIndex = each === tab ? 0 : -1;
  }
  field().setAttribute("aria-label", words(tab.dataset.mode));
  field().placeholder = note ? words("noteHint") : words("message");
  form().querySelector(".composer-send span").textContent = note ? words("keep") : words("send");
  document.getElementById("somebody").hidden = true;
  showDraft();
  form().dispatchEvent(new Event("mode-chosen", { bubbles: true }));
}

document.addEventListener("keydown", event => {
  if (event.target === field()) {
    // An IME's Enter takes a suggestion; keyCode 229 is how some browsers say so.
    const composing = event.isComposing || event.keyCode === 229;
    if (event.key === "Enter" && !event.shiftKey && !composing) {
      event.preventDefault();
      form().requestSubmit();
    }
  } else if (event.target.matches?.(".tab") && /^Arrow(Left|Right)$/.test(event.key)) {
    const other = [...form().querySelectorAll(".tab")].find(tab => tab !== event.target);
    choose(other);
    other.focus();
  }
});
document.addEventListener("click", event => {
  const tab = event.target.closest?.(".tab");
  if (tab) choose(tab), field().focus();
  if (event.target.closest?.("[data-force]")) submit({ force: true });
});
// Where the browser cannot let it grow by itself.
if (!CSS.supports("field-sizing", "content")) document.addEventListener("input", ({ target }) => {
  if (target.id !== "message") return;
  target.style.blockSize = "auto";
  target.style.blockSize = `${target.scrollHeight}px`;
});
document.addEventListener("submit", event => {
  if (event.target !== form()) return;
  event.preventDefault();
  submit();
});
document.addEventListener("pane-opened", () => {
  if (matchMedia("(hover: hover)").matches) field().focus({ preventScroll: true });
});

// What a sign opens above the message field: "/" the saved replies, in a note "@" the teammates. The focus stays in the
// field: what is typed after the sign searches, arrow keys walk, Enter and Tab put in, Escape leaves it as typed.

const SIGN = /(?:^|\s)([/@])([^\s/]*)$/;
const SOURCES = { "/": { mode: "message", box: "saved-replies" }, "@": { mode: "note", box: "mentionable" } };

const field = () => document.getElementById("message");
const shown = () => document.querySelector(".suggest:not([hidden])");
const options = box => [...box.querySelectorAll("[role=option]:not([hidden])")];
const selected = () => shown()?.querySelector("[role=option][aria-selected=true]:not([hidden])");
// The place of a sign that is to stay as it is, and of the one for which the list was fetched.
let left = -1;
let asked = -1;

// The sign before the cursor, what was typed after it, and where it stands.
function signed() {
  const { value, selectionStart: end, selectionEnd } = field();
  const found = end === selectionEnd && value.slice(0, end).match(SIGN);
  if (!found) return null;
  const [, sign, typed] = found;
  const box = document.getElementById(SOURCES[sign].box);
  const fits = box && field().form.dataset.mode === SOURCES[sign].mode;
  return fits ? { box, typed: typed.toLowerCase(), start: end - typed.length - 1, end } : null;
}

function close() {
  for (const box of document.querySelectorAll(".suggest")) box.hidden = true;
  field()?.removeAttribute("aria-activedescendant");
  field()?.removeAttribute("aria-controls");
}

function look() {
  const here = signed();
  if (!here) left = asked = -1;
  if (!here || here.start === left) return close();
  if (here.start !== asked) htmx.trigger(here.box, "suggest-opened");
  asked = here.start;
  filter(here);
}

function filter({ box, typed }) {
  for (const option of box.querySelectorAll("[role=option]")) option.hidden = !option.dataset.find.toLowerCase().includes(typed);
  const found = options(box);
  // Nothing is called so: it is a word like any other.
  box.hidden = typed !== "" && !found.length;
  if (box.hidden) return close();
  field().setAttribute("aria-controls", box.querySelector("[role=listbox]")?.id ?? box.id);
  select(found.includes(selected()) ? selected() : found[0]);
}

function select(option) {
  const box = shown();
  for (const each of box.querySelectorAll("[role=option]")) each.setAttribute("aria-selected", each === option);
  const preview = box.querySelector(".suggest-preview");
  if (!option) return preview?.replaceChildren();
  field().setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
  preview?.replaceChildren(option.querySelector("template").content.cloneNode(true));
}

function walk(step) {
  const all = options(shown());
  select(all[(all.indexOf(selected()) + step + all.length) % all.length]);
}

function pick(option) {
  const { start, end } = signed();
  close();
  field().setRangeText(option.dataset.text, start, end, "end");
  // Its own text may end like a sign.
  left = signed()?.start ?? -1;
  field().dispatchEvent(new CustomEvent("suggestion-picked", { bubbles: true, detail: option.dataset }));
  field().dispatchEvent(new Event("input", { bubbles: true }));
}

const KEYS = {
  ArrowDown: () => walk(1),
  ArrowUp: () => walk(-1),
  Enter: () => pick(selected()),
  Tab: () => pick(selected()),
  Escape: () => { left = signed()?.start ?? -1; close(); },
};

// Before anybody else: while something is offered, Enter does not send.
document.addEventListener("keydown", event => {
  const composing = event.isComposing || event.keyCode === 229;
  if (event.target !== field() || !shown() || composing || event.shiftKey || !Object.hasOwn(KEYS, event.key)) return;
  if (event.key !== "Escape" && !selected()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  KEYS[event.key]();
}, true);
document.addEventListener("input", event => { if (event.target === field()) look(); });
document.addEventListener("htmx:after:swap", () => { if (field() && document.activeElement === field()) look(); });
document.addEventListener("mode-chosen", close);
document.addEventListener("pane-opened", () => { left = asked = -1; });
// The field keeps the focus.
document.addEventListener("mousedown", event => { if (event.target.closest?.(".suggest-item")) event.preventDefault(); });
document.addEventListener("click", event => {
  const option = event.target.closest?.(".suggest-item");
  if (option) pick(option);
  else if (event.target.closest?.("[data-sign]")) begin(event.target.closest("[data-sign]").dataset.sign);
  else if (!event.target.closest?.(".suggest, #message")) close();
});

function begin(sign) {
  const { value, selectionStart: at } = field();
  field().focus();
  field().setRangeText(/\S$/.test(value.slice(0, at)) ? ` ${sign}` : sign, at, field().selectionEnd, "end");
  field().dispatchEvent(new Event("input", { bubbles: true }));
}

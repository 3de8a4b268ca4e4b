// The emoji picker: fetched when somebody opens it for the first time, puts in where the cursor is.

const box = () => document.getElementById("emoji");
const field = () => document.getElementById("message");
const VERSION = 15;

// The picker's own words; English is built in.
const wordsIn = language => (["de", "ar"].includes(language) ? import(`../vendor/emoji/words.${language}.js`).then(module => module.default) : null);

async function fetchPicker() {
  const [{ default: Picker }, i18n] = await Promise.all([import("../vendor/emoji/picker.js"), wordsIn(document.documentElement.lang.slice(0, 2))]);
  const { source: dataSource, language: locale } = box().dataset;
  // Its version is said instead of found out: what the reader's fonts lack, the customer's may have.
  box().replaceChildren(new Picker({ dataSource, locale, emojiVersion: VERSION, ...(i18n && { i18n }) }));
}

async function open() {
  if (!box().querySelector("emoji-picker")) await fetchPicker().catch(() => box().hidePopover());
  const inside = box().querySelector("emoji-picker")?.shadowRoot;
  for (let tries = 0; tries < 40 && !inside?.querySelector("#search"); tries += 1) await new Promise(requestAnimationFrame);
  const search = inside?.querySelector("#search");
  if (!search || !box().matches(":popover-open")) return;
  // What was looked for the last time is over: else the first Escape would only empty the field.
  search.value = "";
  search.dispatchEvent(new Event("input", { bubbles: true }));
  search.focus();
}

function put(sign) {
  box().hidePopover();
  field().focus();
  field().setRangeText(sign, field().selectionStart, field().selectionEnd, "end");
  field().dispatchEvent(new Event("input", { bubbles: true }));
}

// Popovers' events do not bubble.
document.addEventListener("toggle", event => {
  if (event.target.id === "emoji" && event.newState === "open") open();
}, true);
document.addEventListener("emoji-click", ({ detail }) => put(detail.unicode));
// Seen from outside its shadow nobody types there: the page's own keys must not hear of it.
box().addEventListener("keydown", event => event.stopPropagation());

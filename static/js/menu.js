// Menus of teams, teammates and labels: fetched when opened, filtered while typing, walked with the arrow keys.

const menu = () => document.querySelector(".menu:popover-open");
const items = () => [...menu().querySelectorAll(".menu-item:not([hidden], :disabled)")];

// What of an item takes the focus: itself, or the box that one ticks.
const stop = item => item.querySelector("[type=checkbox]") ?? item;

function filter(wanted) {
  for (const item of menu().querySelectorAll(".menu-item")) item.hidden = !item.dataset.find.toLowerCase().includes(wanted);
  for (const group of menu().querySelectorAll(".menu-group")) group.hidden = !group.querySelector(".menu-item:not([hidden])");
  menu().querySelector(".menu-none").hidden = items().length > 0;
}

function walk(event) {
  const stops = [menu().querySelector(".menu-search"), ...items().map(stop)];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const next = stops[stops.indexOf(document.activeElement) + step];
  if (next) next.focus();
  event.preventDefault();
}

// Popovers' events do not bubble.
document.addEventListener("toggle", event => {
  if (event.target.matches("[hx-trigger=menu-opened]") && event.newState === "open") htmx.trigger(event.target, "menu-opened");
}, true);
document.addEventListener("input", event => {
  if (event.target.matches(".menu-search")) filter(event.target.value.trim().toLowerCase());
});
document.addEventListener("keydown", event => {
  if (!menu()?.contains(event.target)) return;
  if (event.key in { ArrowDown: 1, ArrowUp: 1 }) walk(event);
  else if (event.key === "Enter" && event.target.matches(".menu-search")) {
    // The menu closes and gives the focus back: this Enter must not press the button again.
    event.preventDefault();
    items()[0]?.click();
  }
});
document.addEventListener("click", event => {
  if (event.target.closest?.(".menu button.menu-item")) menu()?.hidePopover();
});

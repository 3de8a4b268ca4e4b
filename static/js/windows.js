// A window ends by the clock, not by an event: the page asks again in that moment, and keeps its countdowns fresh.

// Longer than this a timer of the browser cannot wait; somebody will have reloaded the page by then.
const LONGEST = 2 ** 31 - 1;
const MINUTE = 60_000;
const changed = () => document.dispatchEvent(new Event("window-changed"));
let timer = 0;

// Read once: what else is put into the page meanwhile would have the wait begin anew.
function watch() {
  const told = document.getElementById("head")?.dataset;
  if (!told?.changesIn) return;
  const wait = Number(told.changesIn);
  delete told.changesIn;
  clearTimeout(timer);
  if (wait < LONGEST) timer = setTimeout(changed, wait);
}

document.addEventListener("pane-opened", watch);
document.addEventListener("htmx:after:swap", watch);
setInterval(() => {
  const shown = document.querySelector(".row-countdown, .head-window.is-soon");
  if (shown && document.visibilityState === "visible") changed();
}, MINUTE);

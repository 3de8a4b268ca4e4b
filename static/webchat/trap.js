// While the panel is open the Tab key walks around in it: the website behind is reached again by closing it.

const STOPS = "a[href], button, input, select, textarea, [tabindex='0']";

export function trap(event) {
  if (event.key !== "Tab" || event.altKey || event.ctrlKey || event.metaKey) return;
  const stops = [...document.querySelectorAll(STOPS)].filter((stop) => !stop.matches(":disabled") && stop.checkVisibility());
  const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
  if (document.activeElement !== from && document.activeElement !== document.body) return;
  event.preventDefault();
  to.focus();
}

// Where lines of the thread belong.

const lines = () => document.getElementById("lines");
const number = line => Number(line.id.replace("event-", ""));
const isLater = (line, than) => Number(line.dataset.at) - Number(than.dataset.at) || number(line) - number(than);

let morph;
htmx.registerExtension("lines", { init: api => { morph = api.morph; } });

// What is on screen changes in place; the rest goes where its time puts it, most often to the end.
export function place(incoming) {
  const fresh = [...incoming.children];
  let day = null;
  for (const line of fresh) {
    if (line.matches(".day")) day = line;
    else day = put(line, day);
    if (line.dataset.clientId) document.getElementById(`sending-${line.dataset.clientId}`)?.remove();
  }
  incoming.replaceChildren();
  return fresh.length;
}

// Returns the day that still waits for its first line.
function put(line, day) {
  const old = document.querySelector(`#lines > [id="${line.id}"]`);
  const shown = [...lines().querySelectorAll(":scope > .line")];
  // It stands above what is loaded, and comes with the older lines.
  if (!old && document.getElementById("older") && shown.length && isLater(line, shown[0]) < 0) return day;
  // It stands below what is loaded, and comes with the newer lines.
  if (!old && document.getElementById("newer") && shown.length && isLater(line, shown.at(-1)) > 0) return day;
  if (old) change(old, line);
  else lines().insertBefore(line, above(shown.find(each => isLater(each, line) > 0), day));
  if (day && !document.querySelector(`#lines > [id="${day.id}"]`)) (old ?? line).before(day);
  return null;
}

// Ticks come at any moment: a button that is held down stays under the finger, what plays goes on, what is marked stays so.
function change(old, line) {
  const fragment = new DocumentFragment();
  fragment.append(line);
  morph(old, fragment, false);
  htmx.process(old);
}

// Before the later line, and before the heading of its day unless that is the new line's day, too.
function above(later, day) {
  let spot = later ?? null;
  while (spot?.previousElementSibling?.matches(".day, .news-mark") && spot.previousElementSibling.id !== day?.id) spot = spot.previousElementSibling;
  return spot;
}

// Older lines may begin with the day that the ones below had begun with.
export function dropDoubles() {
  const seen = new Set();
  for (const day of document.querySelectorAll("#lines > .day")) {
    if (seen.has(day.id)) day.remove();
    seen.add(day.id);
  }
}

// A picture of the thread, or of another list, as large as the window: turned over, brought nearer, moved about.

import { olderLines } from "./quote.js";

const LARGEST = 8;
const STEP = 1.5;
const viewer = () => document.getElementById("viewer");
const picture = () => viewer().querySelector("img");
const part = name => viewer().querySelector(`[data-view=${name}]`);
// In the list that the picture was opened from.
const links = () => [...(list?.querySelectorAll("[data-picture]") ?? [])];
const current = () => links().find(link => link.href === picture().src);
const isRtl = () => document.documentElement.dir === "rtl";

let list = null;
let zoom = 1;
let at = { x: 0, y: 0 };
// Fingers (or the mouse's button) that are down, by their ids.
const held = new Map();

function show(link) {
  const all = links();
  Object.assign(picture(), { src: link.href, alt: link.dataset.picture, hidden: false });
  Object.assign(part("download"), { href: link.href, download: link.dataset.picture });
  viewer().querySelector(".viewer-name").textContent = link.dataset.picture;
  viewer().querySelector(".viewer-count").textContent = all.length > 1 ? `${all.indexOf(link) + 1} / ${all.length}` : "";
  part("previous").disabled = link === all[0] && !list.querySelector("#older");
  part("next").disabled = link === all.at(-1);
  scale(1);
}

async function turn(step) {
  const here = current();
  let all = links();
  while (step < 0 && here === all[0]) {
    const coming = list.querySelector("#older") && olderLines();
    if (!coming) break;
    await coming;
    all = links();
  }
  const next = all[all.indexOf(here) + step];
  if (next) show(next);
}

// What is under `point` (from the picture's middle) stays under it.
function scale(wanted, point = { x: 0, y: 0 }) {
  const before = zoom;
  zoom = Math.min(LARGEST, Math.max(1, wanted));
  const ratio = zoom / before;
  at = zoom === 1 ? { x: 0, y: 0 } : { x: point.x - (point.x - at.x) * ratio, y: point.y - (point.y - at.y) * ratio };
  place();
}

function place() {
  const image = picture();
  const slack = { x: (image.offsetWidth * (zoom - 1)) / 2, y: (image.offsetHeight * (zoom - 1)) / 2 };
  at = { x: Math.max(-slack.x, Math.min(slack.x, at.x)), y: Math.max(-slack.y, Math.min(slack.y, at.y)) };
  image.style.transform = zoom === 1 ? "" : `translate(${at.x}px, ${at.y}px) scale(${zoom})`;
  viewer().classList.toggle("is-near", zoom > 1);
  part("reset").textContent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(zoom);
  part("out").disabled = zoom === 1;
  part("in").disabled = zoom === LARGEST;
}

function fromMiddle({ clientX, clientY }) {
  const { left, top, width, height } = picture().parentElement.getBoundingClientRect();
  return { x: clientX - left - width / 2, y: clientY - top - height / 2 };
}

const DO = {
  in: () => scale(zoom * STEP),
  out: () => scale(zoom / STEP),
  reset: () => scale(1),
  previous: () => turn(-1),
  next: () => turn(1),
};
const KEYS = { "+": "in", "=": "in", "-": "out", 0: "reset", ArrowLeft: "previous", ArrowRight: "next" };

document.addEventListener("click", event => {
  const link = event.target.closest?.("[data-picture]");
  const chosen = event.target.closest?.("#viewer button[data-view]");
  if (chosen) DO[chosen.dataset.view]();
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  list = link.closest("ol, ul");
  viewer().showModal();
  show(link);
});
document.addEventListener("keydown", event => {
  if (!viewer().open || event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(KEYS, event.key)) return;
  event.preventDefault();
  const swapped = isRtl() && { previous: "next", next: "previous" }[KEYS[event.key]];
  DO[swapped || KEYS[event.key]]();
});
// The line may have been fetched anew, and another picture may be the last one looked at.
viewer().addEventListener("close", () => current()?.focus());

const stage = viewer().querySelector(".viewer-stage");
stage.addEventListener("wheel", event => {
  event.preventDefault();
  scale(zoom * Math.exp(-event.deltaY / 300), fromMiddle(event));
}, { passive: false });
stage.addEventListener("dblclick", event => scale(zoom === 1 ? 2 * STEP : 1, fromMiddle(event)));
// A picture that holds a finger's events gives its clicks to the stage.
let pressed = null;
stage.addEventListener("pointerdown", event => {
  pressed = event.target;
  if (event.target !== picture()) return;
  stage.setPointerCapture(event.pointerId);
  held.set(event.pointerId, event);
});
stage.addEventListener("pointermove", event => {
  const before = held.get(event.pointerId);
  if (!before) return;
  const [other] = [...held.values()].filter(each => each.pointerId !== event.pointerId);
  held.set(event.pointerId, event);
  if (other) return scale((zoom * apart(event, other)) / Math.max(1, apart(before, other)), fromMiddle(between(event, other)));
  at = { x: at.x + event.clientX - before.clientX, y: at.y + event.clientY - before.clientY };
  place();
});
const apart = (one, two) => Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY);
const between = (one, two) => ({ clientX: (one.clientX + two.clientX) / 2, clientY: (one.clientY + two.clientY) / 2 });
for (const name of ["pointerup", "pointercancel"]) stage.addEventListener(name, event => held.delete(event.pointerId));
// Beside the picture, as beside any dialog.
stage.addEventListener("click", event => { if (pressed === stage) viewer().close(); });

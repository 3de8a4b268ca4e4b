// Sound in the thread: one plays at a time, by the page's own controls.

import { words } from "./request.js";
import { toast } from "./toast.js";

const clock = seconds => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

// Media events do not bubble, but they can be caught on their way down.
const on = (name, action) => document.addEventListener(name, event => {
  const box = event.target.closest?.("[data-sound]");
  if (box) action(box, box.querySelector("audio"));
}, true);

function dress(box) {
  box.dataset.sound = "dressed";
  box.querySelector("audio").controls = false;
  for (const part of box.querySelectorAll("[hidden]")) part.hidden = false;
  show(box, box.querySelector("audio"));
}

function show(box, audio) {
  const known = Number.isFinite(audio.duration) && audio.duration > 0;
  const place = box.querySelector(".sound-place");
  place.value = known ? audio.currentTime / audio.duration : 0;
  // Before it plays, how long it is; then, where it is.
  const time = audio.currentTime || !known ? audio.currentTime : audio.duration;
  box.querySelector(".sound-time > span").textContent = clock(time);
  place.setAttribute("aria-valuetext", known ? `${clock(audio.currentTime)} / ${clock(audio.duration)}` : clock(time));
}

function turn(box, playing) {
  const button = box.querySelector(".sound-play");
  box.classList.toggle("is-playing", playing);
  button.setAttribute("aria-label", playing ? button.dataset.pause : button.dataset.play);
}

on("loadedmetadata", show);
on("timeupdate", show);
on("durationchange", show);
on("pause", box => turn(box, false));
on("play", (box, audio) => {
  turn(box, true);
  for (const other of document.querySelectorAll("[data-sound] audio")) if (other !== audio) other.pause();
});
on("input", (box, audio) => { if (Number.isFinite(audio.duration)) audio.currentTime = box.querySelector(".sound-place").value * audio.duration; });
document.addEventListener("click", event => {
  const audio = event.target.closest?.(".sound-play")?.parentElement.querySelector("audio");
  if (audio?.paused) audio.play().catch(() => toast(words("broken")));
  else audio?.pause();
});

new MutationObserver(() => document.querySelectorAll("[data-sound='']").forEach(dress)).observe(document.body, { childList: true, subtree: true });
document.querySelectorAll("[data-sound='']").forEach(dress);

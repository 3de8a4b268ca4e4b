// Sound in the thread: one plays at a time, by the page's own controls.

import { words } from "./request.js";
import { toast } from "./toast.js";

const SPEED = "monty.speed";
const SPEEDS = [1, 1.5, 2];
const speed = () => Number(localStorage.getItem(SPEED)) || 1;

export const clock = seconds => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

// Media events do not bubble, but they can be caught on their way down.
const on = (name, action) => document.addEventListener(name, event => {
  const box = event.target.closest?.("[data-sound]");
  if (box) action(box, box.querySelector("audio"));
}, true);

function dress(box) {
  box.dataset.sound = "dressed";
  box.querySelector("audio").controls = false;
  for (const part of box.querySelectorAll("[hidden]")) part.hidden = false;
  showSpeed(box);
  show(box, box.querySelector("audio"));
  turn(box, !box.querySelector("audio").paused);
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

function showSpeed(box) {
  box.querySelector(".sound-speed").textContent = `${speed().toLocaleString(document.documentElement.lang)}×`;
  box.querySelector("audio").playbackRate = speed();
}

// What a browser has recorded does not say how long it is, until somebody looks for its end.
function measure(box, audio) {
  if (audio.duration !== Infinity) return show(box, audio);
  audio.addEventListener("durationchange", () => { audio.currentTime = 0; }, { once: true });
  audio.currentTime = Number.MAX_SAFE_INTEGER;
}

on("loadedmetadata", measure);
on("timeupdate", show);
on("durationchange", show);
on("pause", box => turn(box, false));
on("play", (box, audio) => {
  audio.playbackRate = speed();
  turn(box, true);
  for (const other of document.querySelectorAll("[data-sound] audio")) if (other !== audio) other.pause();
});
on("input", (box, audio) => { if (Number.isFinite(audio.duration)) audio.currentTime = box.querySelector(".sound-place").value * audio.duration; });
document.addEventListener("click", event => {
  if (event.target.closest?.(".sound-speed")) {
    localStorage.setItem(SPEED, SPEEDS[(SPEEDS.indexOf(speed()) + 1) % SPEEDS.length]);
    return document.querySelectorAll("[data-sound=dressed]").forEach(showSpeed);
  }
  const audio = event.target.closest?.(".sound-play")?.parentElement.querySelector("audio");
  if (audio?.paused) audio.play().catch(() => toast(words("broken")));
  else audio?.pause();
});

// What comes in is dressed where it stays; a line that has changed in place stands there as the server sent it.
const dressAll = () => document.querySelectorAll("[data-sound='']:not(#incoming *)").forEach(dress);
new MutationObserver(dressAll).observe(document.body, { childList: true, subtree: true, attributeFilter: ["data-sound"] });
dressAll();

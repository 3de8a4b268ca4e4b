// A soft sound, once for all open tabs, unless it is switched off.

const OFF = "monty.silent";
const RANG = "monty.rang";
let context;

const isOn = () => localStorage.getItem(OFF) === null;
const show = () => document.getElementById("sound").setAttribute("aria-pressed", isOn());

// No browser lets a page sound before somebody has touched it.
function wake() {
  context ??= new AudioContext();
  context.resume().catch(() => {});
}

export function chime() {
  const quiet = !isOn() || context?.state !== "running" || Date.now() - Number(localStorage.getItem(RANG)) < 1000;
  if (quiet) return;
  localStorage.setItem(RANG, Date.now());
  [[660, 0], [880, 0.12]].forEach(([pitch, later]) => tone(pitch, context.currentTime + later));
}

function tone(pitch, start) {
  const volume = new GainNode(context, { gain: 0 });
  const voice = new OscillatorNode(context, { frequency: pitch });
  volume.gain.setValueAtTime(0, start).linearRampToValueAtTime(0.06, start + 0.02).exponentialRampToValueAtTime(0.0001, start + 0.4);
  voice.connect(volume).connect(context.destination);
  voice.start(start);
  voice.stop(start + 0.4);
}

for (const gesture of ["pointerdown", "keydown"]) document.addEventListener(gesture, wake, { once: true });
document.addEventListener("click", event => {
  if (!event.target.closest?.("#sound")) return;
  if (isOn()) localStorage.setItem(OFF, "yes");
  else localStorage.removeItem(OFF);
  show();
  chime();
});
document.addEventListener("htmx:after:swap", show);
addEventListener("storage", show);
show();

// A soft sound, once for all open tabs, unless it is switched off in this browser.

const OFF = "monty.silent";
const RANG = "monty.rang";
const ONCE_IN = 1000;
const others = new BroadcastChannel("monty.rings");
let context;

const isOn = () => localStorage.getItem(OFF) === null;
const show = () => document.getElementById("sound")?.setAttribute("aria-pressed", isOn());

// No browser lets a page sound before somebody has touched it.
function wake() {
  context ??= new AudioContext();
  return context.resume().catch(() => {});
}

// Here, or, where nobody has touched this tab yet, in whichever other has been.
export function ring() {
  others.postMessage("ring");
  return chime();
}

function chime() {
  if (!isOn() || context?.state !== "running") return;
  // One after the other: the first that comes sounds for all.
  return navigator.locks ? navigator.locks.request(RANG, soundOnce) : soundOnce();
}

function soundOnce() {
  if (Date.now() - Number(localStorage.getItem(RANG)) < ONCE_IN) return;
  localStorage.setItem(RANG, Date.now());
  play();
}

function play() {
  [[660, 0], [880, 0.12]].forEach(([pitch, later]) => tone(pitch, context.currentTime + later));
}

// For whoever wants to hear how it is: a click is a touch.
export const tryOut = () => wake().then(play);

function tone(pitch, start) {
  const volume = new GainNode(context, { gain: 0 });
  const voice = new OscillatorNode(context, { frequency: pitch });
  volume.gain.setValueAtTime(0, start).linearRampToValueAtTime(0.06, start + 0.02).exponentialRampToValueAtTime(0.0001, start + 0.4);
  voice.connect(volume).connect(context.destination);
  voice.start(start);
  voice.stop(start + 0.4);
}

others.onmessage = chime;
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

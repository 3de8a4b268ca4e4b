// The wallboard: renews its figures, says when they are old, fills the screen and keeps it awake.

const EVERY = 3000;
const COLOURS = "monty.wallboard.colours";
const board = document.getElementById("board");
const stale = document.getElementById("stale");
const root = document.documentElement;

function age(old) {
  stale.hidden = !old;
  board.classList.toggle("is-old", old);
}

async function renew() {
  const answer = await fetch(board.dataset.address, { headers: { "HX-Request": "true" } });
  // Logged out, or another role: the page itself says so.
  if (answer.status === 401 || answer.status === 403) location.reload();
  if (!answer.ok) throw new Error(String(answer.status));
  const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
  board.replaceChildren(...parsed.body.childNodes);
}

async function goOn() {
  try {
    await renew();
    age(false);
  } catch {
    age(true);
  }
  setTimeout(goOn, EVERY);
}

function isDark() {
  const chosen = root.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

async function stayAwake() {
  if (document.visibilityState === "visible") await navigator.wakeLock?.request("screen").catch(() => {});
}

document.getElementById("full").addEventListener("click", () => {
  if (document.fullscreenElement) document.exitFullscreen();
  else root.requestFullscreen();
});
document.getElementById("colours").addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  localStorage.setItem(COLOURS, root.dataset.theme);
});
document.addEventListener("visibilitychange", stayAwake);

// This screen's own choice, whoever is logged in on it.
const chosen = localStorage.getItem(COLOURS);
if (chosen) root.dataset.theme = chosen;
stayAwake();
setTimeout(goOn, EVERY);

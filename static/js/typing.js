// Tells the server that an answer is being written; it tells the customer, where their channel can.

// Providers show it for about 20 s.
const PAUSE = 10_000;
let told = -Infinity;

document.addEventListener("input", event => {
  const { typing, mode } = document.getElementById("composer")?.dataset ?? {};
  if (event.target.id !== "message" || !event.isTrusted || !typing || mode !== "message" || !event.target.value.trim()) return;
  if (performance.now() - told < PAUSE) return;
  told = performance.now();
  fetch(typing, { method: "POST", headers: { "X-CSRFToken": document.body.dataset.csrf } }).catch(() => {});
});
document.addEventListener("pane-opened", () => { told = -Infinity; });

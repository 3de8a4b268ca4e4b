// Tells the server that something is being written: it tells the teammates who look and, of an answer, the customer.

// Providers show it for about 20 s.
const PAUSE = 10_000;
let told = -Infinity;

document.addEventListener("input", event => {
  const { typing, mode } = document.getElementById("composer")?.dataset ?? {};
  if (event.target.id !== "message" || !event.isTrusted || !event.target.value.trim()) return;
  if (performance.now() - told < PAUSE) return;
  told = performance.now();
  const body = new URLSearchParams(mode === "note" ? { note: "yes" } : {});
  fetch(typing, { method: "POST", headers: { "X-CSRFToken": document.body.dataset.csrf }, body }).catch(() => {});
});
for (const moment of ["pane-opened", "mode-chosen"]) document.addEventListener(moment, () => { told = -Infinity; });
document.addEventListener("submit", event => { if (event.target.id === "composer") told = -Infinity; });

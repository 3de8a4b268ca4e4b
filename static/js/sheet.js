// What opens over the conversation: merging, pictures and files, a transcript.

const sheet = () => document.getElementById("sheet");
const body = () => document.getElementById("sheet-body");

document.addEventListener("click", event => {
  if (!event.target.closest?.("[data-sheet]") || sheet().open) return;
  body().textContent = body().dataset.loading;
  sheet().showModal();
});
document.addEventListener("htmx:after:swap", () => {
  const zone = body()?.querySelector("[name=time_zone]");
  if (zone) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (sheet()?.open && !body().querySelector(":focus")) body().querySelector("[autofocus]")?.focus();
});
// What was asked for could not be fetched: the page says why, and nothing is left to look at.
document.addEventListener("htmx:response:error", () => { if (sheet()?.open && body().textContent === body().dataset.loading) sheet().close(); });
document.addEventListener("inbox-changed", () => sheet()?.close());
// A download leaves the page where it is.
document.addEventListener("submit", event => { if (event.target.matches("#transcript-form")) sheet().close(); });

// Pasting into the field and dropping on the conversation offer files to the dialog "Media".

const writable = () => document.querySelector("#composer[data-mode=message]") && document.querySelector("#obstacle[hidden]");
const offer = files => document.dispatchEvent(new CustomEvent("files-offered", { detail: [...files] }));
const paneUnder = event => writable() && event.dataTransfer?.types.includes("Files") && event.target.closest?.(".pane");

document.addEventListener("paste", event => {
  if (!event.target.matches?.("#message") || !writable() || !event.clipboardData.files.length) return;
  event.preventDefault();
  offer(event.clipboardData.files);
});
document.addEventListener("dragover", event => {
  if (!paneUnder(event)) return;
  event.preventDefault();
  paneUnder(event).classList.add("is-dropping");
});
document.addEventListener("dragleave", event => {
  if (!event.relatedTarget?.closest?.(".pane")) document.querySelector(".is-dropping")?.classList.remove("is-dropping");
});
document.addEventListener("drop", event => {
  if (!paneUnder(event)) return;
  event.preventDefault();
  paneUnder(event).classList.remove("is-dropping");
  offer(event.dataTransfer.files);
});

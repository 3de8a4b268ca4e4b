// The dialog "Media": chosen, pasted or dropped files, looked at before they are sent.

import { complaint } from "./limits.js";
import { post, uuid, words } from "./request.js";
import { lastSeen } from "./sending.js";
import { catchUp } from "./thread.js";

const dialog = () => document.getElementById("media");
const part = selector => dialog().querySelector(selector);
const size = bytes => new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: bytes < 1e6 ? "kilobyte" : "megabyte", maximumFractionDigits: 1 }).format(bytes / (bytes < 1e6 ? 1e3 : 1e6));

let files = [];
let attempt = {};

function add(more) {
  files = [...files, ...more];
  attempt = { client_id: uuid() };
  show("");
  if (!dialog().open) dialog().showModal();
}

function show(refusal) {
  const list = part(".media-files");
  list.querySelectorAll("img").forEach(image => URL.revokeObjectURL(image.src));
  list.replaceChildren(...files.map(entry));
  list.hidden = part(".field").hidden = !files.length;
  part(".primary").disabled = !files.length || files.some(complaint);
  part(".notice").textContent = refusal;
  part(".notice").hidden = !refusal;
  part(".media-progress").hidden = true;
}

function entry(file, index) {
  const line = Object.assign(document.createElement("li"), { className: "media-file" });
  const picture = file.type.startsWith("image/") ? Object.assign(document.createElement("img"), { src: URL.createObjectURL(file), alt: "" }) : part(".media-choice:last-child .icon").cloneNode(true);
  const facts = document.createElement("span");
  const trouble = complaint(file);
  line.classList.toggle("is-bad", Boolean(trouble));
  facts.append(Object.assign(document.createElement("span"), { className: "file-name", dir: "auto", textContent: file.name }));
  facts.append(Object.assign(document.createElement("span"), { className: "file-size", textContent: trouble ? `${size(file.size)}: ${trouble}` : size(file.size) }));
  const remove = Object.assign(document.createElement("button"), { type: "button", className: "button quiet square", title: `${words("remove")} ${file.name}` });
  remove.append(part(".dialog-head .icon").cloneNode(true));
  remove.setAttribute("aria-label", remove.title);
  remove.onclick = () => { files.splice(index, 1); attempt = { client_id: uuid() }; show(""); };
  line.append(picture, facts, remove);
  return line;
}

async function send() {
  const data = new FormData();
  const fields = { text: part("textarea").value, seen: lastSeen(), client_id: attempt.client_id, force: Boolean(attempt.force) };
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  for (const file of files) data.append("file", file);
  part(".primary").disabled = true;
  part(".notice").hidden = true;
  part(".media-progress").hidden = false;
  const box = dialog();
  const { status, code, detail } = await post(box.dataset.url, data, share => { box.querySelector("progress").value = share; });
  catchUp();
  if (box !== dialog()) return;
  attempt.force = code === "somebody_wrote";
  if (status >= 200 && status < 300) box.close();
  else show(detail);
}

document.addEventListener("change", event => {
  if (!event.target.matches(".media input[type=file]")) return;
  add(event.target.files);
  event.target.value = "";
});
document.addEventListener("submit", event => { if (event.target.matches(".media-form")) event.preventDefault(), send(); });
document.addEventListener("close", event => { if (event.target === dialog()) files = [], part("textarea").value = "", show(""); }, true);
document.addEventListener("pane-opened", () => { files = []; });
document.addEventListener("files-offered", event => add(event.detail));

// The dialog "Media": chosen, pasted or dropped files, looked at while they travel, and sent with a caption.

import { answering, answered } from "./answer.js";
import { post, uuid, words } from "./request.js";
import { lastSeen, newsSince } from "./sending.js";
import { catchUp, openId, toBottom } from "./thread.js";
import { Tray } from "./tray.js";

const dialog = () => document.getElementById("media");
const part = selector => dialog().querySelector(selector);
const place = conversation => `monty.caption.${conversation}`;
const UNITS = [[1e6, "megabyte"], [1e3, "kilobyte"], [1, "byte"]];

function amount(bytes) {
  const [size, unit] = UNITS.find(([least]) => bytes >= least) ?? UNITS.at(-1);
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, maximumFractionDigits: 1 }).format(bytes / size);
}

// What is chosen stays chosen in each conversation, until it is sent or taken out.
const boxes = new Map();
const box = () => boxOf(openId(), dialog().dataset);

// `uploads`, `takes` and `maxBytes` as the dialog has them.
export function boxOf(conversation, limits) {
  if (!boxes.has(conversation)) {
    const mine = { conversation, attempt: {}, restored: false };
    mine.tray = new Tray(limits.uploads, limits, item => { if (conversation === openId()) item ? step(item) : show(mine); });
    boxes.set(conversation, mine);
  }
  return boxes.get(conversation);
}

function open() {
  const mine = box();
  if (!mine.restored) mine.tray.restore();
  mine.restored = true;
  part("textarea").value = localStorage.getItem(place(openId())) ?? "";
  show(mine);
  if (!dialog().open) dialog().showModal();
}

// --- The list -----------------------------------------------------------------------------------------------------

function show(mine) {
  const { items } = mine.tray;
  // Another set of files is another answer.
  mine.attempt = { client_id: uuid() };
  const list = part(".media-files");
  for (const line of [...list.children]) if (!items.some(item => line.id === `file-${item.id}`)) drop(line);
  for (const item of items) if (!document.getElementById(`file-${item.id}`)) list.append(entry(item, mine));
  items.forEach(step);
  count();
  list.hidden = part(".field").hidden = !items.length;
  complain("");
}

function drop(line) {
  const image = line.querySelector("img");
  if (image) URL.revokeObjectURL(image.src);
  line.remove();
}

function entry(item, { tray }) {
  const line = part(".media-entry").content.firstElementChild.cloneNode(true);
  line.id = `file-${item.id}`;
  line.querySelector(".file-name").textContent = item.name;
  if (item.file && item.type.startsWith("image/")) line.querySelector(".icon").replaceWith(Object.assign(new Image(), { src: URL.createObjectURL(item.file), alt: "" }));
  for (const button of line.querySelectorAll("button")) button.setAttribute("aria-label", `${button.title} ${item.name}`);
  line.querySelector(".media-remove").onclick = () => { tray.remove(item); part(".media-choice input").focus(); };
  line.querySelector(".media-retry").onclick = () => tray.retry(item);
  return line;
}

function step(item) {
  const line = document.getElementById(`file-${item.id}`);
  if (line) {
    line.dataset.state = item.state;
    line.querySelector(".file-size").textContent = item.why ? `${amount(item.size)}: ${item.why}` : amount(item.size);
    line.querySelector("progress").hidden = item.state !== "travels" && item.state !== "waits";
    line.querySelector("progress").value = item.share ?? 0;
    line.querySelector(".media-retry").hidden = item.state !== "cut";
    const remove = line.querySelector(".media-remove");
    remove.title = words(item.state === "travels" ? "cancel" : "remove");
    remove.setAttribute("aria-label", `${remove.title} ${item.name}`);
  }
  count();
}

function count() {
  const { tray } = box();
  ready(tray.isReady);
  document.getElementById("open-media").dataset.waiting = tray.items.length || "";
}

function ready(yes) {
  for (const button of dialog().querySelectorAll(".media-form .primary")) button.disabled = !yes;
}

// --- Sending ------------------------------------------------------------------------------------------------------

function complain(sentence, news = []) {
  const notice = part(".notice");
  notice.hidden = !sentence;
  notice.replaceChildren(Object.assign(document.createElement("span"), { textContent: sentence }));
  for (const text of news) notice.append(Object.assign(document.createElement("q"), { dir: "auto", textContent: text }));
  part(".primary span").textContent = words(box().attempt.force ? "anyway" : "sendMedia");
}

// At once, or when this time has come.
async function send(time) {
  const mine = box();
  const { attempt, tray } = mine;
  const here = dialog();
  const seen = lastSeen();
  const data = new FormData();
  const now = { seen, force: Boolean(attempt.force) };
  const fields = { text: part("textarea").value, client_id: attempt.client_id, reply_to: answering()?.id ?? "", ...(time ?? now) };
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  for (const number of tray.numbers) data.append("uploads", number);
  ready(false);
  const { status, code, detail } = await post(time ? here.dataset.schedule : here.dataset.url, data);
  catchUp();
  const done = status >= 200 && status < 300;
  if (done) localStorage.removeItem(place(mine.conversation)), tray.clear();
  if (here !== dialog()) return;
  if (done) return answered(), here.close(), toBottom();
  ready(true);
  attempt.force = code === "somebody_wrote";
  complain(detail, attempt.force ? await newsSince(seen) : []);
}

function later(time) {
  document.getElementById("send-later-media").hidePopover();
  send(time);
}

document.addEventListener("change", event => {
  if (!event.target.matches(".media input[type=file]")) return;
  const files = [...event.target.files];
  event.target.value = "";
  box().tray.add(files);
});
document.addEventListener("input", event => {
  if (event.target.id !== "caption") return;
  localStorage.setItem(place(openId()), event.target.value);
  box().attempt = { client_id: uuid() };
  complain("");
});
document.addEventListener("submit", event => {
  if (event.target.matches(".media-form")) event.preventDefault(), send();
  else if (event.target.matches("#send-later-media form")) event.preventDefault(), later({ choice: "own", until: new FormData(event.target).get("until") });
});
document.addEventListener("click", event => {
  const choice = event.target.closest?.("#send-later-media button[data-later]");
  if (event.target.closest?.("#open-media")) open();
  else if (choice) later({ choice: choice.dataset.later });
});
document.addEventListener("files-offered", event => { open(); box().tray.add(event.detail); });
document.addEventListener("pane-opened", () => { if (boxes.has(openId())) show(box()); });

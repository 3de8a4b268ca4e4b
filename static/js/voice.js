// A voice message: recorded in the browser, listened to before it is sent. Nothing is transcoded, so it is recorded in a
// format that the channel takes, and where there is none, that is said before anybody speaks.

import { answered, answering } from "./answer.js";
import { largestOf } from "./limits.js";
import { boxOf } from "./media.js";
import { clock } from "./player.js";
import { post, uuid, words } from "./request.js";
import { lastSeen, newsSince } from "./sending.js";
import { catchUp, openId, toBottom } from "./thread.js";
import { toast } from "./toast.js";

// In the order of how widely they are played.
const FORMATS = ["audio/mp4;codecs=mp4a.40.2", "audio/ogg;codecs=opus", "audio/webm;codecs=opus"];
const TICK = 250;
const bar = () => document.getElementById("voice");
const part = name => bar().querySelector(`.voice-${name}`);
const plain = type => type.split(";")[0];

// The one that is being made: its recorder, what it has recorded, and where it is to go.
let take = null;

const format = () => FORMATS.find(type => globalThis.MediaRecorder?.isTypeSupported(type) && largestOf(plain(type), document.getElementById("media").dataset) !== undefined);

// Why nothing can be recorded here; "" if something can.
function obstacle() {
  if (!navigator.mediaDevices || !globalThis.MediaRecorder) return words("noRecorder");
  return format() ? "" : words("noVoice");
}

async function begin() {
  if (take) return;
  const why = obstacle();
  if (why) return toast(why);
  const mine = (take = { conversation: openId(), limits: { ...document.getElementById("media").dataset }, url: bar().dataset.url, parts: [], size: 0, spoken: 0, number: uuid(), client_id: uuid() });
  const type = format();
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } }).catch(error => error);
  if (stream instanceof Error) return (take = null), toast(words(stream.name === "NotFoundError" ? "noMicrophone" : "notAllowed"));
  if (take !== mine) return stream.getTracks().forEach(track => track.stop());
  record(mine, stream, type);
}

function record(mine, stream, type) {
  mine.recorder = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: 32_000 });
  mine.recorder.ondataavailable = ({ data }) => {
    mine.parts.push(data);
    mine.size += data.size;
    if (mine.size > 0.98 * largestOf(plain(type), mine.limits)) finish(mine), toast(words("longVoice"));
  };
  mine.recorder.start(TICK);
  mine.timer = setInterval(() => {
    if (mine.recorder.state === "recording") mine.spoken += TICK;
    show();
  }, TICK);
  show();
  part("pause").focus();
}

function show() {
  const state = take?.file ? "done" : take?.recorder?.state ?? "";
  bar().hidden = !state;
  bar().dataset.state = state;
  document.getElementById("composer").classList.toggle("is-speaking", Boolean(state));
  if (!state) return;
  part("time").textContent = clock(take.spoken / 1000);
  const pause = part("pause");
  const paused = state === "paused";
  pause.setAttribute("aria-label", paused ? pause.dataset.resume : pause.dataset.pause);
  pause.title = pause.getAttribute("aria-label");
}

// Resolves to the file, once.
function finish(mine) {
  mine.finished ??= new Promise(resolve => {
    mine.recorder.onstop = () => {
      clearInterval(mine.timer);
      mine.recorder.stream.getTracks().forEach(track => track.stop());
      const type = plain(mine.recorder.mimeType);
      mine.file = new File(mine.parts, `${words("voice")}.${{ "audio/mp4": "m4a", "audio/ogg": "ogg" }[type] ?? "webm"}`, { type });
      if (take === mine) listen(mine), show();
      resolve(mine.file);
    };
    if (mine.recorder.state === "inactive") mine.recorder.onstop();
    else mine.recorder.stop();
  });
  return mine.finished;
}

function listen(mine) {
  mine.address = URL.createObjectURL(mine.file);
  const sound = part("sound");
  sound.dataset.sound = "";
  // The player takes it from here.
  sound.append(new Audio(mine.address));
}

function end(mine) {
  if (mine.recorder?.state !== "inactive") mine.recorder?.stop();
  mine.recorder?.stream.getTracks().forEach(track => track.stop());
  clearInterval(mine.timer);
  if (mine.address) URL.revokeObjectURL(mine.address);
  if (take !== mine) return;
  take = null;
  if (!bar()) return;
  part("sound").querySelector("audio")?.remove();
  complain("");
  show();
  document.getElementById("message").focus();
}

function complain(sentence, news = []) {
  const notice = part("notice");
  notice.hidden = !sentence;
  notice.replaceChildren(sentence, ...news.map(text => Object.assign(document.createElement("q"), { dir: "auto", textContent: text })));
  part("send").querySelector("span").textContent = words(take?.force ? "anyway" : "sendMedia");
}

const fine = ({ status }) => status >= 200 && status < 300;

// Under the same numbers each time, so that what has arrived already is not sent twice.
async function send() {
  const mine = take;
  if (mine.busy) return;
  mine.busy = true;
  part("send").disabled = true;
  complain("");
  const seen = lastSeen();
  const file = new FormData();
  file.append("id", mine.number);
  file.append("file", await finish(mine));
  let answer = await post(mine.limits.uploads, file);
  if (fine(answer)) answer = await post(mine.url, { text: "", uploads: mine.number, client_id: mine.client_id, seen, force: Boolean(mine.force), reply_to: answering()?.id ?? "" });
  mine.busy = false;
  catchUp();
  if (take !== mine) return;
  part("send").disabled = false;
  if (fine(answer)) return answered(), end(mine), toBottom();
  mine.force = answer.code === "somebody_wrote";
  complain(answer.detail, mine.force ? await newsSince(seen) : []);
}

const DO = {
  discard: () => end(take),
  pause: () => { take.recorder[take.recorder.state === "paused" ? "resume" : "pause"](); show(); },
  stop: () => finish(take).then(() => bar().querySelector(".sound-play").focus()),
  send,
};

document.addEventListener("click", event => {
  if (event.target.closest?.("#open-voice")) return begin();
  const pressed = event.target.closest?.("#voice [data-voice]");
  if (pressed && take) DO[pressed.dataset.voice]();
});
document.addEventListener("keydown", event => {
  if (event.key !== "Escape" || !take || !event.target.closest?.("#voice") || take.recorder?.state === "inactive") return;
  event.preventDefault();
  DO.stop();
});
// Another conversation is opened: what was said is kept with the files of the one that it was said in.
document.addEventListener("pane-opened", () => {
  const opener = document.getElementById("open-voice");
  const why = obstacle();
  opener.title = why || opener.dataset.title;
  opener.classList.toggle("is-idle", Boolean(why));
  const mine = take;
  take = null;
  if (!mine?.recorder || mine.busy) return;
  finish(mine).then(file => {
    boxOf(mine.conversation, mine.limits).tray.add([file]);
    toast(words("keptVoice"));
  });
});
// Nobody is recorded who does not see it.
document.addEventListener("mode-chosen", () => { if (take?.recorder?.state === "recording") DO.pause(); });
addEventListener("beforeunload", event => { if (take?.recorder) event.preventDefault(); });

// "Send later": what stands in the field leaves when its time comes. And what was held back, back in the field.

import { draftSent, takeBack } from "./draft.js";
import { tooLong } from "./limits.js";
import { post, uuid } from "./request.js";
import { choose, chosen, unfilled } from "./saved-reply.js";
import { catchUp, openId } from "./thread.js";
import { toast } from "./toast.js";

const form = () => document.getElementById("composer");
const field = () => document.getElementById("message");
const menu = () => document.getElementById("send-later-menu");
// The same text, asked for again after a cut line, stays one.
let attempt = {};

async function schedule(time) {
  menu().hidePopover();
  const text = field().value;
  if (!text.trim() || tooLong(text) || unfilled()) return field().focus();
  if (attempt.text !== text) attempt = { text, client_id: uuid() };
  const box = field();
  const saved = chosen();
  box.readOnly = true;
  const { status, detail } = await post(form().dataset.schedule, { ...time, ...attempt, draft: draftSent(), ...(saved && { saved_reply: saved.reply }) });
  box.readOnly = false;
  catchUp();
  if (status < 200 || status >= 300) return toast(detail);
  attempt = {};
  if (box !== field()) return;
  box.value = "";
  choose(null);
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
}

// First it is in the field, where it is kept; only then it goes from where it was.
async function bringBack({ takeBack: scheduled, text, url }) {
  document.querySelector('#composer .tab[data-mode="message"]').click();
  await takeBack({ conversation: openId(), mode: "message", url: form().dataset.schedule }, [{ text }]);
  field().focus();
  const { status, detail } = await post(url, { scheduled });
  catchUp();
  if (status < 200 || status >= 300) toast(detail);
}

document.addEventListener("click", event => {
  const choice = event.target.closest?.("#send-later-menu button[data-later]");
  const back = event.target.closest?.("[data-take-back]");
  if (choice) schedule({ choice: choice.dataset.later });
  if (back) bringBack(back.dataset);
});
document.addEventListener("submit", event => {
  if (!event.target.matches("#send-later-menu form")) return;
  event.preventDefault();
  schedule({ choice: "own", until: new FormData(event.target).get("until") });
});

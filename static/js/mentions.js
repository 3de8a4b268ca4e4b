// Being called in a note: said with a link to it; looked at as soon as its conversation is on screen.

import { post } from "./request.js";
import { openId } from "./thread.js";
import { toast } from "./toast.js";

const LONG = 12_000;
const pane = () => document.querySelector(".pane");
const isOnScreen = conversation => conversation === openId() && document.visibilityState === "visible";

// Called while nobody looked at this page, in the conversation that is open on it.
let waiting = false;

const see = () => post(pane().dataset.mentionsSeen, {});

async function tell(conversation) {
  const address = document.getElementById("toasts").dataset.mentioned.replace("/0/", `/${conversation}/`);
  const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
  const told = document.createRange().createContextualFragment(answer?.ok ? await answer.text() : "").firstElementChild;
  if (!told) return;
  htmx.process(toast(told, LONG));
}

document.addEventListener("live", ({ detail: frame }) => {
  if (frame.hint !== "mentioned") return;
  if (isOnScreen(frame.conversation)) return see();
  waiting ||= frame.conversation === openId();
  tell(frame.conversation);
});
document.addEventListener("pane-opened", () => {
  waiting = Boolean(pane().dataset.mentioned);
  look();
});
document.addEventListener("visibilitychange", look);

function look() {
  if (!waiting || !isOnScreen(openId())) return;
  waiting = false;
  see();
}

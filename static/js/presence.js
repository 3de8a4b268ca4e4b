// Who is there: dots and the words beside them follow what the socket says; the menu beside one's own switch.

import { words } from "./request.js";

function said({ availability, ready, reason, back }) {
  if (availability === "active") return words(ready ? "active" : "offline");
  const because = reason ? `${words("away")}: ${reason}` : words("away");
  return back ? words("back").replace("{away}", because).replace("{moment}", moment(new Date(back))) : because;
}

// As the page itself writes it: by the reader's clock, today's without its day.
function moment(at) {
  const written = (when, options) =>
    new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: words("zone"), numberingSystem: "latn", ...options }).format(when);
  const clock = written(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  if (written(at, { dateStyle: "short" }) === written(new Date(), { dateStyle: "short" })) return clock;
  return `${written(at, { weekday: "short" })} ${written(at, { day: "numeric" })} ${written(at, { month: "short" })}, ${clock}`;
}

export function showPresence(frame) {
  for (const dot of document.querySelectorAll(`.dot[data-teammate="${frame.teammate}"]`)) {
    dot.dataset.ready = frame.ready;
    dot.title = dot.nextElementSibling.textContent = said(frame);
  }
}

export const me = () => Number(document.querySelector(".me").dataset.teammate);
export const isMe = teammate => document.querySelector(`.me[data-teammate="${teammate}"]`) !== null;

// Done: what was typed is for this once.
document.addEventListener("inbox-changed", () => {
  const menu = document.querySelector("#away-menu:popover-open");
  menu?.hidePopover();
  menu?.querySelector("form").reset();
});

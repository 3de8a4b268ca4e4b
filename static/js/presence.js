// Who is there: dots and the words beside them follow what the socket says; the menu beside one's own switch.

import { words } from "./request.js";

function said({ availability, ready, reason, back }) {
  if (availability === "active") return words(ready ? "active" : "offline");
  const because = reason ? `${words("away")}: ${reason}` : words("away");
  return back ? words("back").replace("{away}", because).replace("{moment}", back) : because;
}

export function showPresence(frame) {
  for (const dot of document.querySelectorAll(`.dot[data-teammate="${frame.teammate}"]`)) {
    dot.dataset.ready = frame.ready;
    dot.title = dot.nextElementSibling.textContent = said(frame);
  }
}

export const isMe = teammate => document.querySelector(`.me[data-teammate="${teammate}"]`) !== null;

// Done: what was typed is for this once.
document.addEventListener("inbox-changed", () => {
  const menu = document.querySelector("#away-menu:popover-open");
  menu?.hidePopover();
  menu?.querySelector("form").reset();
});

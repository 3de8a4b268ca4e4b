// What was just done, in a sentence, with a button that takes it back while that is possible.

import { post, words } from "./request.js";
import { toast } from "./toast.js";

const FOR = 10_000;

function line({ sentence, undo, fields }) {
  const content = document.createElement("span");
  content.className = "toast-told";
  content.append(sentence);
  if (!undo) return content;
  content.dataset.undo = undo;
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "toast-undo", textContent: words("undo") });
  button.onclick = async () => {
    button.disabled = true;
    const { status, detail } = await post(undo, fields);
    content.closest(".toast")?.remove();
    if (status >= 400 || !status) toast(detail);
    document.dispatchEvent(new CustomEvent("inbox-changed"));
  };
  content.append(button);
  return content;
}

// Only the last thing that was done to something can be taken back.
function forgetFormer(undo) {
  for (const former of document.querySelectorAll(".toast-told")) if (undo && former.dataset.undo === undo) former.closest(".toast").remove();
}

document.addEventListener("told", ({ detail }) => {
  forgetFormer(detail.undo);
  toast(line(detail), detail.undo ? FOR : undefined);
});

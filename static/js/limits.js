// What the channel takes: said while somebody writes or chooses files, and refused by the server all the same.

import { words } from "./request.js";

// From this part of the limit on, the count is shown.
const NEAR = 0.8;
const form = () => document.getElementById("composer");
const count = () => document.getElementById("composer-count");
const limit = () => Number(form().dataset.limit);
const dialog = () => document.getElementById("media").dataset;
// Characters are counted as the server does, by code points; some providers count bytes of UTF-8.
const length = text => (form().dataset.unit === "bytes" ? new TextEncoder().encode(text).length : [...text].length);

// Whether the text is longer than the channel takes. Notes stay here.
export const tooLong = text => form().dataset.mode === "message" && length(text) > limit();

// Why a file cannot be sent; "" if it can. A browser does not know the type of every file: the server looks inside.
export function complaint({ size, type }) {
  const takes = JSON.parse(dialog().takes);
  if (size > Number(dialog().maxBytes)) return words("large");
  if (!type || (type.startsWith("image/") && (takes["image/jpeg"] ?? takes["image/*"] ?? takes["*/*"]))) return "";
  const largest = takes[type] ?? takes[`${type.split("/")[0]}/*`] ?? takes["*/*"];
  if (largest === undefined) return words("notTaken");
  return size > largest ? words("large") : "";
}

function show() {
  const text = document.getElementById("message").value;
  const used = form().dataset.mode === "message" ? length(text) : 0;
  count().hidden = used < limit() * NEAR;
  count().textContent = `${used.toLocaleString(document.documentElement.lang)} / ${limit().toLocaleString(document.documentElement.lang)} ${words(form().dataset.unit)}`;
  count().classList.toggle("is-over", used > limit());
}

document.addEventListener("input", event => { if (event.target.id === "message") show(); });
document.addEventListener("pane-opened", show);
document.addEventListener("mode-chosen", show);

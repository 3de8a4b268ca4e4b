// What the channel takes: said while somebody writes or chooses files, and refused by the server all the same.

import { words } from "./request.js";

// From this part of the limit on, the count is shown.
const NEAR = 0.8;
const form = () => document.getElementById("composer");
const count = () => document.getElementById("composer-count");
const limit = () => Number(form().dataset.limit);
// Characters are counted as the server does, by code points; some providers count bytes of UTF-8.
const length = text => (form().dataset.unit === "bytes" ? new TextEncoder().encode(text).length : [...text].length);

// Whether the text is longer than the channel takes. Notes stay here.
export const tooLong = text => form().dataset.mode === "message" && length(text) > limit();

// Why a file cannot be sent; "" if it can. `limits`: what the dialog "Media" says of its channel. A browser does not know
// the type of every file: the server looks inside.
export function complaint(file, limits) {
  // A recorded sound's names its codec, too.
  const [type] = file.type.split(";");
  if (file.size > Number(limits.maxBytes)) return words("large");
  // Pictures are made to fit.
  if (!type || (type.startsWith("image/") && largestOf("image/jpeg", limits))) return "";
  const largest = largestOf(type, limits);
  if (largest === undefined) return words("notTaken");
  return file.size > largest ? words("large") : "";
}

// How many bytes a file of this type may have; undefined: it is not taken.
export function largestOf(type, limits) {
  const takes = JSON.parse(limits.takes);
  return takes[type] ?? takes[`${type.split("/")[0]}/*`] ?? takes["*/*"];
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

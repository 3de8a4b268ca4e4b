// A customer's phone: looks once a second at what is new, and does what is pressed without leaving the page.

const thread = document.getElementById("thread");
const log = document.getElementById("log");
const composer = document.getElementById("composer");
const { text: field, reply_to: replyTo, message: edited } = composer.elements;
const note = document.getElementById("note");
const about = document.getElementById("about");
const picker = document.getElementById("picker");
const chosen = document.getElementById("chosen");
// The parts of a line that change on their own; a screen reader hears only those that did.
const PARTS = [".bubble", ".presses", ".more", ".meta"];
const NEAR = 80;
let last = thread.innerHTML;
let unseen = true;

// --- Looking -----------------------------------------------------------------------------------------------------

function show(html) {
  if (html === last) return;
  last = html;
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
  const fresh = new DOMParser().parseFromString(`<ol>${html}</ol>`, "text/html").querySelectorAll("li");
  const ids = new Set([...fresh].map(line => line.id));
  for (const line of [...thread.children]) if (!ids.has(line.id)) line.remove();
  fresh.forEach((line, place) => {
    const known = document.getElementById(line.id);
    if (known?.parentElement === thread) renew(known, line);
    else thread.insertBefore(line, thread.children[place] ?? null);
  });
  unseen = true;
  if (atEnd) toEnd();
}

function renew(known, line) {
  if (known.className !== line.className) known.className = line.className;
  if (!line.id.startsWith("line-")) return known.innerHTML === line.innerHTML || known.replaceWith(line);
  for (const part of PARTS) {
    const [old, now] = [known.querySelector(part), line.querySelector(part)];
    if (part === ".more" && old?.open) continue;
    if (old && now) old.isEqualNode(now) || old.replaceWith(now);
    else if (old) old.remove();
    else if (now) known.append(now);
  }
}

function toEnd() {
  log.scrollTop = log.scrollHeight;
}

async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch(thread.dataset.url);
    if (answer.ok) show(await answer.text());
    if (unseen) await see();
  } catch {
    // The server is away for a moment; the next look tells.
  }
}

// Whoever has the chat before their eyes has read it: their provider says so.
async function see() {
  unseen = false;
  await post(thread.dataset.see);
}

// --- Doing -------------------------------------------------------------------------------------------------------

async function post(url, fields) {
  const headers = { "X-CSRFToken": document.body.dataset.csrf, Accept: "application/json, text/html" };
  try {
    const answer = await fetch(url, { method: "POST", body: fields, headers });
    say(answer.ok ? "" : (await answer.json().catch(() => ({}))).detail ?? note.dataset.failed);
    if (answer.ok) show(await answer.text());
    return answer.ok;
  } catch {
    say(note.dataset.failed);
    return false;
  }
}

function say(sentence) {
  note.textContent = sentence;
  note.hidden = !sentence;
}

function act(name, facts) {
  const fields = new FormData();
  for (const [key, value] of Object.entries(facts)) fields.set(key, value);
  return post(composer.dataset.say.replace(/say\/$/, `${name}/`), fields);
}

thread.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (!button) return;
  const { do: deed, reply, edit, text, ...facts } = button.dataset;
  button.closest("details")?.removeAttribute("open");
  if (deed) act(deed, facts);
  else if (reply) turn("reply", reply, "", text);
  else if (edit) turn("edit", "", edit, text);
});

// What the next text is: a message, an answer to one, or a change of one.
function turn(what, reply, message, text) {
  replyTo.value = reply;
  edited.value = message;
  about.hidden = !what;
  if (what) about.querySelector(".about-what").textContent = about.querySelector(".about-what").dataset[what];
  about.querySelector(".about-text").textContent = text;
  if (what === "edit") field.value = text;
  field.focus();
}

composer.addEventListener("submit", async event => {
  event.preventDefault();
  const fields = new FormData(composer);
  const done = await post(edited.value ? composer.dataset.edit : composer.dataset.say, fields);
  if (!done) return;
  composer.reset();
  choose();
  turn("", "", "", "");
  toEnd();
});
field.addEventListener("keydown", event => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  composer.requestSubmit();
});
document.getElementById("forget").addEventListener("click", () => {
  if (edited.value) field.value = "";
  turn("", "", "", "");
});

let typedAt = 0;
field.addEventListener("input", () => {
  if (!composer.dataset.typing || Date.now() - typedAt < 3000) return;
  typedAt = Date.now();
  post(composer.dataset.typing);
});

// --- Files, extras, switches -------------------------------------------------------------------------------------

function choose() {
  chosen.hidden = !picker?.files.length;
  chosen.querySelector(".about-text").textContent = picker?.files[0]?.name ?? "";
}

picker?.addEventListener("change", choose);
document.getElementById("choose")?.addEventListener("click", () => {
  document.getElementById("extras").hidePopover();
  picker.click();
});
document.getElementById("unchoose").addEventListener("click", () => {
  picker.value = "";
  choose();
});

for (const form of document.querySelectorAll("form[data-quiet]")) form.addEventListener("submit", async event => {
  event.preventDefault();
  const fields = new FormData(form, event.submitter);
  form.closest("#extras")?.hidePopover();
  if (await post(form.action, fields)) toEnd();
});

const switches = document.getElementById("misbehaviour");
switches.addEventListener("submit", event => event.preventDefault());
switches.addEventListener("change", async () => {
  const headers = { "X-CSRFToken": document.body.dataset.csrf };
  const answer = await fetch(switches.action, { method: "POST", body: new FormData(switches), headers });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.getElementById("odd").hidden = page.getElementById("switches").dataset.odd === "false";
  for (const error of switches.querySelectorAll(".field-error")) error.remove();
  for (const error of page.querySelectorAll(".field-error")) {
    const name = error.parentElement.querySelector("[name]").name;
    switches.elements[name].parentElement.append(error);
  }
});

toEnd();
setInterval(look, 1000);
look();

// Elements in a few letters. What is put in is text, never markup.

const SVG = "http://www.w3.org/2000/svg";
export const known = JSON.parse(document.getElementById("flow-known").textContent);
const said = JSON.parse(document.getElementById("flow-words").textContent);
const editor = document.getElementById("flow-editor");

export function h(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "value") made.value = value;
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  // A list to choose from takes its value only once its choices are there.
  if (tag === "select" && "value" in attributes) made.value = attributes.value;
  return made;
}

export function icon(name) {
  const drawn = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  drawn.setAttribute("class", "icon");
  drawn.setAttribute("aria-hidden", "true");
  use.setAttribute("href", iconUrl(name));
  drawn.append(use);
  return drawn;
}

export const iconUrl = (name) => `${editor.dataset.icons}#${name}`;

// What the page says, in the reader's language; `{name}` stands for a fact.
export function words(name, facts = {}) {
  return said[name].replace(/\{(\w+)\}/g, (_all, fact) => facts[fact]);
}

export function button(label, act, { drawn = "", only = false, ...attributes } = {}) {
  const inside = [drawn && icon(drawn), only ? null : label];
  return h("button", { type: "button", class: "fe-button", onclick: act, ...(only ? { "aria-label": label, title: label } : {}), ...attributes }, ...inside);
}

export async function ask(name, fields) {
  const headers = { "X-CSRFToken": editor.dataset.csrf, Accept: "application/json" };
  try {
    const answer = await fetch(editor.dataset[name], { method: "POST", headers, body: new URLSearchParams(fields), redirect: "manual" });
    const told = await answer.json().catch(() => ({ code: "broken", detail: words("broken") }));
    return { ok: answer.ok, ...told };
  } catch {
    return { ok: false, code: "unreachable", detail: words("unreachable") };
  }
}

export function later(act, pause) {
  let timer = 0;
  const start = () => { clearTimeout(timer); timer = setTimeout(() => { timer = 0; act(); }, pause); };
  start.waits = () => timer !== 0;
  start.cancel = () => { clearTimeout(timer); timer = 0; };
  return start;
}

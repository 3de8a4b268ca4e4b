// The editor of a flow: what stands on the page, and how its parts hear of each other.

import { ask, button, h, icon, known, later, words } from "./dom.js";
import { Form } from "./form.js";
import { Graph } from "./graph.js";
import { add, beside, connect, exitsOf, kinds, place, remove } from "./nodes.js";
import { Outline } from "./outline.js";
import { Saving } from "./saving.js";
import { Simulator } from "./simulator.js";
import { Store } from "./store.js";

const TYPE = "application/x-monty-node";
const STEP = 8;
const at = (id) => document.getElementById(id);
const canvas = at("fe-canvas");

// What is not there cannot be measured.
at("flow-editor").hidden = false;
const store = new Store(known.document);
const graph = new Graph(store, canvas);
const form = new Form(store, at("fe-form"), { leave: (id) => (id ? back(id) : canvas.focus()) });
const outline = new Outline(store, at("fe-list"), { open: (id) => { store.choose(id); panel("form"); form.first(); } });
const simulator = new Simulator(store, at("fe-try"), { light: (way) => graph.show({ way }) });
const saving = new Saving(store, { over: known.over, status: at("fe-status"), conflict: at("fe-conflict"), kept: () => {} });
let problems = [];

// --- What is wrong, by the rules of publishing ------------------------------------------------------------------------

function told(found) {
  problems = found;
  const byNode = Map.groupBy(found, (each) => each.node);
  graph.show({ problems: byNode });
  form.show(byNode);
  outline.show(byNode);
  listProblems();
}

function listProblems() {
  const grave = problems.filter((each) => !each.warning).length;
  at("fe-count").textContent = grave ? words(grave === 1 ? "problem" : "problems", { number: grave }) : words("noProblems");
  at("fe-count").dataset.grave = String(grave > 0);
  at("fe-problem-list").replaceChildren(...(problems.length ? problems.map(problemRow) : [h("li", { class: "fe-hint" }, words("noProblems"))]));
}

function problemRow(each) {
  const go = () => {
    if (!store.node(each.node)) return;
    store.choose(each.node);
    panel("form");
    form.first(each.field);
  };
  return h("li", {}, h("button", { type: "button", class: each.warning ? "fe-problem is-mild" : "fe-problem", dir: "auto", onclick: go }, each.text));
}

const check = later(async () => {
  const asked = store.document;
  const answer = await ask("check", { document: JSON.stringify(asked) });
  if (answer.ok && asked === store.document) told(answer.problems);
}, 300);
store.addEventListener("change", check);

async function publish() {
  check.cancel();
  if (!(await saving.now())) return;
  const answer = await ask("publish", { over: saving.over });
  if (answer.ok) location.assign(canvas.closest("#flow-editor").dataset.home);
  else if (answer.code === "somebody_edited") saving.clash(answer.detail);
  else {
    if (answer.problems) told([...answer.problems, ...problems.filter((each) => each.warning)]);
    panel("problems");
    at("fe-hindered").textContent = answer.problems ? words("hindered") : answer.detail;
    at("fe-problem-list").querySelector("button")?.focus();
  }
}

// --- Adding -------------------------------------------------------------------------------------------------------------

// After the chosen node, if one of its exits is free.
function insert(type, spot = null) {
  let made;
  const from = spot ? null : store.node(store.chosen);
  const loose = from && exitsOf(from).find((each) => !(from.exits ?? {})[each.name]);
  store.change((document) => {
    made = add(document, type, spot ?? (from && beside(document, from)));
    if (loose) connect(document, from.id, loose.name, made);
  });
  store.choose(made);
  panel("form");
  form.first();
}

at("fe-palette").append(...[...kinds.values()].map((kind) => button(kind.label, () => insert(kind.type), {
  drawn: kind.icon, class: "fe-kind", draggable: "true", title: kind.hint,
  ondragstart: ({ dataTransfer }) => dataTransfer.setData(TYPE, kind.type),
})));
canvas.addEventListener("dragover", (event) => { if (event.dataTransfer.types.includes(TYPE)) event.preventDefault(); });
canvas.addEventListener("drop", (event) => {
  const type = event.dataTransfer.getData(TYPE);
  if (!kinds.has(type)) return;
  event.preventDefault();
  const { x, y } = graph.paper.clientToLocalPoint(event.clientX, event.clientY);
  insert(type, { x: Math.round(x - known.measures.width / 2), y: Math.round(y - known.measures.head / 2) });
});

// --- Keys -------------------------------------------------------------------------------------------------------------

const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function nudge(id, [x, y], far) {
  store.change((document) => {
    const node = document.nodes.find((each) => each.id === id);
    const { x: left, y: top } = place(node);
    const step = far ? STEP * 8 : STEP;
    node.position = { x: left + x * step, y: top + y * step };
  }, { merge: `move:${id}` });
}

function back(id) {
  if (canvas.hidden) at("fe-list").querySelector(`[data-node="${CSS.escape(id)}"]`)?.focus();
  else graph.focus(id);
}

canvas.addEventListener("keydown", (event) => {
  const id = event.target.closest("[model-id]")?.getAttribute("model-id");
  if (!id || !store.node(id) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key in MOVES) nudge(id, MOVES[event.key], event.shiftKey);
  else if (event.key === "Enter" || event.key === " ") { store.choose(id); panel("form"); form.first(); }
  else if (event.key === "Delete" || event.key === "Backspace") { store.change((document) => remove(document, id)); canvas.focus(); }
  else return;
  event.preventDefault();
});

addEventListener("keydown", (event) => {
  const writes = event.target.matches("input, textarea, select");
  if (!(event.ctrlKey || event.metaKey) || writes) return;
  const key = event.key.toLowerCase();
  if (key === "z") event.shiftKey ? store.redo() : store.undo();
  else if (key === "y") store.redo();
  else return;
  event.preventDefault();
});

// --- The bar --------------------------------------------------------------------------------------------------------------

function panel(name) {
  for (const tab of document.querySelectorAll("[data-panel]")) {
    const open = tab.dataset.panel === name;
    tab.setAttribute("aria-selected", String(open));
    tab.tabIndex = open ? 0 : -1;
    at(tab.getAttribute("aria-controls")).hidden = !open;
  }
  simulator.show(name === "try");
}

const tabs = [...document.querySelectorAll("[data-panel]")];
for (const [number, tab] of tabs.entries()) {
  tab.addEventListener("click", () => panel(tab.dataset.panel));
  tab.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    const next = tabs[(number + by + tabs.length) % tabs.length];
    panel(next.dataset.panel);
    next.focus();
  });
}

function asList(on) {
  at("fe-list").hidden = !on;
  canvas.hidden = on;
  at("fe-view").setAttribute("aria-pressed", String(on));
}

async function take({ target }) {
  const [file] = target.files;
  target.value = "";
  if (!file) return;
  try {
    const read = JSON.parse(await file.text());
    const answer = await ask("check", { document: JSON.stringify(read) });
    if (!answer.ok || !Array.isArray(read.nodes)) throw new Error(answer.detail ?? words("noFlow"));
    store.change((document) => { Object.assign(document, { start: read.start, nodes: read.nodes }); });
    settle();
  } catch (error) {
    at("fe-status").textContent = error instanceof SyntaxError ? words("noFlow") : error.message;
  }
}

function give() {
  const address = URL.createObjectURL(new Blob([JSON.stringify(store.document, null, 2)], { type: "application/json" }));
  h("a", { href: address, download: known.file }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

const ACTS = {
  undo: () => store.undo(), redo: () => store.redo(), in: () => graph.zoom(1.2), out: () => graph.zoom(1 / 1.2), fit: () => graph.fit(), arrange: () => graph.arrange(),
  view: () => asList(canvas.hidden === false), export: give, import: () => at("fe-file").click(), publish,
  problems: () => panel("problems"), mine: () => saving.takeMine(), theirs: () => saving.takeTheirs(),
};
for (const each of document.querySelectorAll("[data-act]")) each.addEventListener("click", ACTS[each.dataset.act]);
at("fe-file").addEventListener("change", take);

function enable() {
  document.querySelector("[data-act=undo]").disabled = !store.past.length;
  document.querySelector("[data-act=redo]").disabled = !store.future.length;
  at("fe-empty").hidden = store.document.nodes.length > 0;
}
store.addEventListener("change", enable);

// A drawing that nobody has put in order yet is put in order, which keeps nothing by itself.
function settle() {
  const spots = new Set(store.document.nodes.map((node) => `${place(node).x},${place(node).y}`));
  if (spots.size < store.document.nodes.length) graph.arrange();
  graph.fit();
}

told(known.problems);
enable();
panel("form");
settle();

// What can be known of a node from the list of types, and what can be done to a document. Nothing here knows a type.

import { known, words } from "./dom.js";

export const kinds = new Map(known.palette.map((kind) => [kind.type, kind]));
const { width, head, exit, foot } = known.measures;
const UNKNOWN = { label: "?", hint: "", icon: "circle-dashed", exits: [], exits_per: null, fields: { properties: {}, required: [] } };
const GAP = 88;
export const ITEM = "c";

export const kindOf = (node) => kinds.get(node.type) ?? UNKNOWN;
export const titleOf = (node) => node.name || node.id;
export const place = (node) => node.position ?? { x: 0, y: 0 };

export function exitsOf(node) {
  const { exits, exits_per: per } = kindOf(node);
  const items = (per && node.fields[per.field]) || [];
  return [...items.map((item) => ({ name: `${per.prefix}:${item[per.id]}`, label: item[per.label] || item[per.id] })), ...exits];
}

export function sizeOf(node) {
  const number = exitsOf(node).length;
  return { width, height: head + number * exit + (number ? foot : 0) };
}

export const exitHeight = (number) => head + exit * number + exit / 2;

export function targetOf(document, node, name) {
  const id = (node.exits ?? {})[name];
  return id ? document.nodes.find((other) => other.id === id) : undefined;
}

// Names under which answers are kept, for whatever can use them.
export function answers(document) {
  const found = new Set();
  const walk = (value, schema) => {
    if (!schema || value === undefined) return;
    if (schema["x-control"] === "variable" && value) found.add(value);
    if (schema.type === "array") for (const item of value) walk(item, schema.items);
    for (const [name, inner] of Object.entries(schema.properties ?? {})) walk(value?.[name], inner);
  };
  for (const node of document.nodes) {
    const { fields } = kindOf(node);
    walk(node.fields, fields);
    if (fields.properties.save_as && !node.fields.save_as) found.add(node.id.replaceAll("-", "_"));
    if (node.fields.attribute?.startsWith("answers.")) found.add(node.fields.attribute.slice("answers.".length));
  }
  return [...found].sort();
}

// --- What is done to a document that may be changed ---------------------------------------------------------------

export function add(document, type, at = null) {
  const kind = kinds.get(type);
  const id = freshId(document, type);
  const fields = {};
  for (const [name, schema] of Object.entries(kind.fields.properties)) {
    if (kind.fields.required?.includes(name)) fields[name] = blank(schema);
  }
  document.nodes.push({ id, type, name: "", fields, exits: {}, position: at ?? free(document) });
  document.start ||= id;
  return id;
}

export function blank(schema) {
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  if (schema.type === "array") return schema.minItems ? [blank(schema.items)] : [];
  if (schema.type === "object") return blankObject(schema);
  if (schema.type === "integer" || schema.type === "number") return schema.minimum ?? 0;
  return "";
}

function blankObject(schema) {
  const made = Object.fromEntries((schema.required ?? []).map((name) => [name, blank(schema.properties[name])]));
  // By which its exit is known; nobody has to think of one.
  if ("id" in made) made.id = `${ITEM}-1`;
  return made;
}

export function freshId(document, type) {
  const taken = new Set(document.nodes.map((node) => node.id));
  return freshIn(taken, type.replaceAll("_", "-"));
}

export function freshIn(taken, stem) {
  let number = 1;
  while (taken.has(`${stem}-${number}`)) number += 1;
  return `${stem}-${number}`;
}

// Where nothing stands yet: below everything, or beside the node that leads there.
function free(document) {
  const bottoms = document.nodes.map((node) => place(node).y + sizeOf(node).height);
  return { x: 0, y: bottoms.length ? Math.max(...bottoms) + 40 : 0 };
}

export function beside(document, node) {
  const at = { x: place(node).x + width + GAP, y: place(node).y };
  const lies = (other) => Math.abs(place(other).x - at.x) < width && Math.abs(place(other).y - at.y) < 150;
  while (document.nodes.some(lies)) at.y += 40;
  return at;
}

export function remove(document, id) {
  document.nodes = document.nodes.filter((node) => node.id !== id);
  for (const node of document.nodes) {
    for (const [name, target] of Object.entries(node.exits ?? {})) if (target === id) delete node.exits[name];
  }
  if (document.start === id) document.start = document.nodes[0]?.id ?? "";
}

export function connect(document, id, exitName, target) {
  const node = document.nodes.find((each) => each.id === id);
  node.exits ??= {};
  if (target) node.exits[exitName] = target;
  else delete node.exits[exitName];
}

// Exits whose choice or branch is gone lead nowhere any more.
export function tidy(node) {
  const there = new Set(exitsOf(node).map((each) => each.name));
  for (const name of Object.keys(node.exits ?? {})) if (!there.has(name)) delete node.exits[name];
}

export function copyOf(document, id) {
  const node = document.nodes.find((each) => each.id === id);
  const copy = { ...structuredClone(node), id: freshId(document, node.type), exits: {} };
  copy.position = { x: place(node).x + 40, y: place(node).y + 40 };
  document.nodes.push(copy);
  return copy.id;
}

// As a screen reader says it.
export function spoken(document, node, problems) {
  const ways = exitsOf(node).map((each) => {
    const target = targetOf(document, node, each.name);
    return target ? words("leads", { exit: each.label, target: titleOf(target) }) : words("loose", { exit: each.label });
  });
  const count = problems.length ? [words(problems.length === 1 ? "problem" : "problems", { number: problems.length })] : [];
  const start = document.start === node.id ? [words("startsHere")] : [];
  return [`${kindOf(node).label}: ${titleOf(node)}`, ...start, ...count, ...ways].join(". ");
}

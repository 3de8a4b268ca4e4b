// One control for one value, made from its JSON Schema: a new type of node needs nothing here.
// `set(value)`: undefined takes the value away. `again(path)`: the form is to be built anew, since it has other parts
// now; the focus goes to what stands at this path.

import { button, h, known, words } from "./dom.js";
import { answers, blank, freshIn, ITEM } from "./nodes.js";

const { offered } = known;

export function control(spec) {
  const { schema } = spec;
  if (schema.type === "array") return list(spec);
  if (schema.type === "object") return group(spec);
  return field(spec, oneValue(spec));
}

// --- Values ---------------------------------------------------------------------------------------------------------

function oneValue(spec) {
  const { schema } = spec;
  const named = schema["x-control"];
  if (schema.enum) return choose(spec, schema.enum.map((value, number) => ({ value, words: schema["x-labels"]?.[number] ?? value })));
  if (named === "text") return text(spec);
  if (named === "node") return choose(spec, nodesOf(spec));
  if (schema["x-options"]) return choose(spec, subjects(spec));
  if (named && named !== "variable" && offered[named]) return choose(spec, offered[named]);
  if (schema.type === "integer" || schema.type === "number") return number(spec);
  return line(spec);
}

function nodesOf({ beside }) {
  return offered.flow.find((each) => each.value === beside.flow)?.nodes ?? [];
}

// What is known by itself, and whatever was asked for in this flow.
function subjects({ schema, document }) {
  const fixed = Object.entries(schema["x-options"]).map(([value, said]) => ({ value, words: said }));
  return [...fixed, ...answers(document).map((name) => ({ value: `answers.${name}`, words: words("answer", { name }) }))];
}

function choose({ id, value: own, set, again, required, schema }, choices) {
  const value = own ?? schema.default;
  const there = choices.some((each) => String(each.value) === String(value ?? ""));
  const strange = value !== undefined && value !== "" && !there ? [{ value, words: `${value} (?)` }] : [];
  const none = (required || schema.default) && there ? [] : [h("option", { value: "" }, words("none"))];
  const options = [...choices, ...strange].map((each) => h("option", { value: String(each.value) }, each.words));
  const taken = ({ target }) => {
    const found = choices.find((each) => String(each.value) === target.value);
    set(found ? found.value : required ? "" : undefined);
    // What else there is to say may depend on it.
    if (schema.enum || schema["x-control"] === "flow") again();
  };
  return h("select", { id, class: "fe-input", value: String(value ?? ""), onchange: taken }, none, options);
}

const typed = (set, required) => ({ target }) => set(target.value === "" && !required ? undefined : target.value);

function line({ id, value, set, required, schema }) {
  return h("input", { id, class: "fe-input", value: value ?? "", maxlength: schema.maxLength, autocomplete: "off", dir: "auto", oninput: typed(set, required) });
}

function number({ id, value, set, schema }) {
  const read = ({ target }) => set(target.value === "" ? undefined : Number(target.value));
  const step = schema.type === "integer" ? 1 : "any";
  return h("input", { id, class: "fe-input", type: "number", step, min: schema.minimum, max: schema.maximum, placeholder: schema.default, value: value ?? "", oninput: read });
}

function text({ id, value, set, required, schema, document }) {
  const area = h("textarea", { id, class: "fe-input", rows: 3, maxlength: schema.maxLength, dir: "auto", value: value ?? "", oninput: typed(set, required) });
  const names = [...offered.variable.map((each) => each.value), ...answers(document).map((name) => `answers.${name}`)];
  const put = ({ target }) => {
    area.setRangeText(`{{${target.value}}}`, area.selectionStart, area.selectionEnd, "end");
    target.value = "";
    area.focus();
    area.dispatchEvent(new Event("input"));
  };
  const insert = h("select", { class: "fe-insert", "aria-label": words("insert"), onchange: put }, h("option", { value: "" }, words("insert")), names.map((name) => h("option", { value: name }, name)));
  return h("div", { class: "fe-text" }, area, insert);
}

// --- What surrounds them --------------------------------------------------------------------------------------------

function field({ id, path, schema, required }, inside) {
  const target = inside.matches(".fe-input") ? inside : inside.querySelector(".fe-input");
  target.setAttribute("aria-describedby", `${id}-wrong`);
  if (required) target.setAttribute("aria-required", "true");
  return h("div", { class: "fe-field", "data-path": path },
    h("label", { for: id }, schema.title || words("value"), required ? h("span", { class: "fe-must", "aria-hidden": "true" }, " *") : null),
    inside,
    schema.description ? h("p", { class: "fe-help" }, schema.description) : null,
    h("p", { class: "fe-wrong", id: `${id}-wrong` }),
  );
}

export function group({ schema, value, set, path, id, hidden = [], ...rest }) {
  const now = value ?? {};
  const must = new Set(schema.required ?? []);
  const inside = Object.entries(schema.properties).filter(([name]) => !hidden.includes(name)).map(([name, inner]) => control({
    ...rest,
    schema: inner,
    value: now[name],
    beside: now,
    required: must.has(name),
    path: path ? `${path}.${name}` : name,
    id: `${id}-${name}`,
    set: (next) => {
      if (next === undefined) delete now[name];
      else now[name] = next;
      set(now);
    },
  }));
  return h("div", { class: "fe-group" }, inside);
}

function list({ schema, value, set, path, id, again, ...rest }) {
  const items = value ?? [];
  const { items: inner, title, maxItems = Infinity, description } = schema;
  const own = inner.properties?.id ? ["id"] : [];
  const keep = (next, focus) => { set(next.length ? next : undefined); again(focus); };
  const move = (from, to) => { const [moved] = items.splice(from, 1); items.splice(to, 0, moved); keep(items, `${path}.${to}`); };
  const rows = items.map((item, number) => h("li", { class: "fe-item" },
    h("div", { class: "fe-item-field" }, control({ ...rest, again, schema: own.length ? inner : { title: `${title} ${number + 1}`, ...inner }, hidden: own, value: item, beside: {}, required: true, path: `${path}.${number}`, id: `${id}-${number}`, set: (next) => { items[number] = next; set(items); } })),
    h("div", { class: "fe-item-acts" },
      number > 0 ? button(words("up"), () => move(number, number - 1), { drawn: "arrow-up", only: true }) : null,
      button(words("removeItem", { number: number + 1 }), () => { items.splice(number, 1); keep(items, path); }, { drawn: "x", only: true })),
  ));
  const more = () => {
    const item = blank(inner);
    if (own.length) item.id = freshIn(new Set(items.map((each) => each.id)), ITEM);
    keep([...items, item], `${path}.${items.length}`);
  };
  return h("fieldset", { class: "fe-list", "data-path": path },
    h("legend", {}, title),
    description ? h("p", { class: "fe-help" }, description) : null,
    h("ol", {}, rows),
    h("p", { class: "fe-wrong", id: `${id}-wrong` }),
    items.length < maxItems ? button(words("addTo", { list: title }), more, { drawn: "plus", class: "fe-button fe-more" }) : null,
  );
}

// The form beside the drawing: the chosen node's name, fields and exits.

import { button, h, icon, words } from "./dom.js";
import { group } from "./controls.js";
import { add, beside, connect, copyOf, exitsOf, kindOf, kinds, remove, targetOf, tidy, titleOf } from "./nodes.js";

const NEW = "new:";

export class Form {
  constructor(store, host, { leave }) {
    Object.assign(this, { store, host, leave, problems: new Map() });
    store.addEventListener("choose", () => this.build());
    store.addEventListener("change", ({ detail }) => (detail.from === "form" ? this.buildExits() : this.build()));
    host.addEventListener("keydown", (event) => { if (event.key === "Escape") this.leave(store.chosen); });
    this.build();
  }

  get node() {
    return this.store.node(this.store.chosen);
  }

  edit(change, merge) {
    const id = this.store.chosen;
    this.store.change((document) => {
      const node = document.nodes.find((each) => each.id === id);
      change(node, document);
      tidy(node);
    }, { merge: merge && `${id}:${merge}`, from: "form" });
  }

  build(path = "") {
    const held = this.host.contains(document.activeElement) ? document.activeElement.id : "";
    const { node } = this;
    this.exits = h("div", { class: "fe-exits" });
    this.host.replaceChildren(...(node ? this.parts(node) : [h("p", { class: "fe-hint" }, words(this.store.document.nodes.length ? "chooseNode" : "addFirst"))]));
    if (node) this.buildExits();
    this.mark();
    if (path) this.focusAt(path);
    else if (held) document.getElementById(held)?.focus();
  }

  // The first control at or below it; of a list that is empty now, what adds to it.
  focusAt(path) {
    const at = CSS.escape(path);
    const below = this.host.querySelector(`[data-path^="${at}."] .fe-input, [data-path="${at}"] .fe-input`);
    (below ?? this.host.querySelector(`[data-path="${at}"] .fe-more`))?.focus();
  }

  parts(node) {
    const kind = kindOf(node);
    return [
      h("header", { class: "fe-form-head" }, icon(kind.icon), h("div", {}, h("h2", {}, kind.label), h("p", { class: "fe-hint" }, kind.hint))),
      h("p", { class: "fe-wrong fe-node-wrong" }),
      this.nameField(node),
      this.fields(node, kind),
      this.exits,
      h("footer", { class: "fe-form-foot" }, this.acts(node)),
    ];
  }

  nameField(node) {
    const typed = ({ target }) => this.edit((own) => { own.name = target.value; }, "name");
    return h("div", { class: "fe-field", "data-path": "name" }, h("label", { for: "fe-name" }, words("name")),
      h("input", { id: "fe-name", class: "fe-input", maxlength: 80, value: node.name ?? "", placeholder: node.id, autocomplete: "off", dir: "auto", oninput: typed }),
      h("p", { class: "fe-wrong" }));
  }

  fields(node, kind) {
    return group({
      schema: kind.fields,
      value: structuredClone(node.fields),
      path: "",
      id: "fe-own",
      document: this.store.document,
      set: (fields) => this.edit((own) => { own.fields = structuredClone(fields); }, document.activeElement.id),
      again: (path) => this.build(path),
    });
  }

  acts(node) {
    const { store } = this;
    const start = store.document.start === node.id;
    return [
      button(words(start ? "startsHere" : "startHere"), () => { store.change((document) => { document.start = node.id; }); }, { drawn: "play", disabled: start }),
      button(words("duplicate"), () => { let id; store.change((document) => { id = copyOf(document, node.id); }); store.choose(id); }, { drawn: "layers" }),
      button(words("remove"), () => { store.change((document) => remove(document, node.id)); this.leave(""); }, { drawn: "trash-2", class: "fe-button is-bad" }),
    ];
  }

  // --- Exits -------------------------------------------------------------------------------------------------------

  buildExits() {
    const { node } = this;
    if (!node || this.exits.contains(document.activeElement)) return;
    const rows = exitsOf(node).map((each, number) => this.exit(node, each, number));
    this.exits.replaceChildren(...(rows.length ? [h("h3", {}, words("exits")), ...rows] : []));
  }

  exit(node, { name, label }, number) {
    const id = `fe-exit-${number}`;
    const all = this.store.document.nodes.map((each) => h("option", { value: each.id }, titleOf(each)));
    const fresh = [...kinds.values()].map((kind) => h("option", { value: NEW + kind.type }, kind.label));
    const chosen = targetOf(this.store.document, node, name)?.id ?? "";
    return h("div", { class: "fe-field fe-exit", "data-path": `exits.${name}` }, h("label", { for: id, dir: "auto" }, label),
      h("select", { id, class: "fe-input", value: chosen, onchange: ({ target }) => this.lead(name, target.value) },
        h("option", { value: "" }, words("nowhere")), h("optgroup", { label: words("nodes") }, all), h("optgroup", { label: words("newNode") }, fresh)),
      h("p", { class: "fe-wrong" }));
  }

  lead(name, value) {
    const id = this.store.chosen;
    if (!value.startsWith(NEW)) return this.store.change((document) => connect(document, id, name, value), { from: "form" });
    let made;
    this.store.change((document) => {
      const from = document.nodes.find((each) => each.id === id);
      made = add(document, value.slice(NEW.length), beside(document, from));
      connect(document, id, name, made);
    });
    this.store.choose(made);
    this.first();
    return undefined;
  }

  // --- What is wrong --------------------------------------------------------------------------------------------------

  show(problems) {
    this.problems = problems;
    this.mark();
  }

  // Each beside its field; what has no field of its own here stands above.
  mark() {
    const open = new Map([...this.host.querySelectorAll("[data-path]")].map((place) => [place.dataset.path, place]));
    for (const place of this.host.querySelectorAll(".fe-wrong")) place.textContent = "";
    for (const place of open.values()) place.classList.remove("is-wrong");
    for (const { field, text } of this.problems.get(this.store.chosen) ?? []) {
      const place = open.get(field) ?? open.get(field.split(".").slice(0, -1).join("."));
      place?.classList.add("is-wrong");
      const said = place?.querySelector(":scope > .fe-wrong") ?? this.host.querySelector(".fe-node-wrong");
      if (said) said.textContent = [said.textContent, text.replace(/^“[^”]*”: /, "")].filter(Boolean).join(" ");
    }
  }

  first(path = "") {
    this.host.querySelector("#fe-name")?.focus();
    if (path) this.focusAt(path);
  }
}

// The same flow as a list: whoever does not see the drawing, or prefers words, works here.

import { h, words } from "./dom.js";
import { exitsOf, kindOf, targetOf, titleOf } from "./nodes.js";

export class Outline {
  constructor(store, host, { open }) {
    Object.assign(this, { store, host, open, problems: new Map() });
    store.addEventListener("change", () => this.draw());
    store.addEventListener("choose", () => this.draw());
    this.draw();
  }

  show(problems) {
    this.problems = problems;
    this.draw();
  }

  draw() {
    const held = this.host.contains(document.activeElement) ? document.activeElement.dataset.node : "";
    this.host.replaceChildren(h("ol", { class: "fe-outline" }, this.store.document.nodes.map((node) => this.row(node))));
    if (held) this.host.querySelector(`[data-node="${CSS.escape(held)}"]`)?.focus();
  }

  row(node) {
    const { document, chosen } = this.store;
    const problems = this.problems.get(node.id) ?? [];
    const ways = exitsOf(node).map((each) => {
      const target = targetOf(document, node, each.name);
      return h("li", {}, `${each.label} → `, target ? this.link(target, titleOf(target)) : h("span", { class: "fe-loose" }, words("nowhere")));
    });
    return h("li", { class: chosen === node.id ? "is-chosen" : "" },
      this.link(node, titleOf(node), "fe-outline-name"), h("span", { class: "fe-outline-kind" }, kindOf(node).label),
      document.start === node.id ? h("span", { class: "fe-tag" }, words("startsHere")) : null,
      problems.map((each) => h("p", { class: each.warning ? "fe-wrong is-mild" : "fe-wrong" }, each.text)),
      ways.length ? h("ul", {}, ways) : null);
  }

  link(node, text, name = "fe-outline-link") {
    return h("button", { type: "button", class: name, "data-node": node.id, dir: "auto", onclick: () => this.open(node.id) }, text);
  }
}

// The drawing itself: one document, what it was before, and which node is looked at. Everything else only shows it.

const KEPT = 200;
// Letters typed one after the other are one step to undo.
const PAUSE = 1500;

export class Store extends EventTarget {
  constructor(document) {
    super();
    this.document = document;
    this.past = [];
    this.future = [];
    this.chosen = "";
    this.last = { merge: "", at: 0 };
  }

  node(id) {
    return this.document.nodes.find((node) => node.id === id);
  }

  // `edit` gets a copy to change. `merge`: what comes next under the same name belongs to the same step.
  change(edit, { merge = "", from = "" } = {}) {
    const next = structuredClone(this.document);
    edit(next);
    if (JSON.stringify(next) === JSON.stringify(this.document)) return;
    const goesOn = merge && merge === this.last.merge && Date.now() - this.last.at < PAUSE;
    if (!goesOn) this.past = [...this.past, this.document].slice(-KEPT);
    this.last = { merge, at: Date.now() };
    this.future = [];
    this.become(next, from);
  }

  undo() {
    this.step(this.past, this.future);
  }

  redo() {
    this.step(this.future, this.past);
  }

  step(from, to) {
    if (!from.length) return;
    to.push(this.document);
    this.last = { merge: "", at: 0 };
    this.become(from.pop(), "history");
  }

  become(document, from) {
    this.document = document;
    if (this.chosen && !this.node(this.chosen)) this.choose("");
    this.dispatchEvent(new CustomEvent("change", { detail: { from } }));
  }

  choose(id) {
    if (this.chosen === id) return;
    this.chosen = id;
    this.dispatchEvent(new Event("choose"));
  }
}

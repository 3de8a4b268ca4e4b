// The drawing: JointJS shows the document, and says what a hand has done to it. The document alone is true.

import { iconUrl, known } from "./dom.js";
import { connect, exitHeight, exitsOf, kindOf, place, sizeOf, spoken, targetOf, titleOf } from "./nodes.js";
import { Arrow, Box, curve, namespace, Paper } from "./shapes.js";

const { dia, linkTools, layout } = window.joint;
const LETTERS = 25;
const SMALLEST = 0.2;
const LARGEST = 2;
const short = (text) => (text.length > LETTERS ? `${text.slice(0, LETTERS - 1).trimEnd()}…` : text);

export class Graph {
  constructor(store, host) {
    this.store = store;
    this.host = host;
    this.problems = new Map();
    this.drawn = new Map();
    this.way = { nodes: new Set(), exits: new Set(), here: "" };
    this.graph = new dia.Graph({}, { cellNamespace: namespace });
    this.paper = new Paper(this.settings());
    this.paper.el.setAttribute("dir", "ltr");
    this.listen();
    store.addEventListener("change", () => this.draw());
    store.addEventListener("choose", () => this.draw());
    this.draw();
  }

  settings() {
    return {
      el: this.host,
      model: this.graph,
      cellViewNamespace: namespace,
      width: "100%",
      height: "100%",
      async: false,
      gridSize: 8,
      snapLinks: { radius: 40 },
      linkPinning: false,
      markAvailable: false,
      clickThreshold: 4,
      preventDefaultBlankAction: false,
      defaultLink: () => new Arrow(),
      defaultConnector: curve,
      defaultConnectionPoint: { name: "anchor" },
      defaultAnchor: (view, magnet, ...rest) =>
        magnet === view.el ? view.model.getBBox().topLeft().offset(0, known.measures.head / 2) : window.joint.anchors.center(view, magnet, ...rest),
      interactive: (view) => (view.model.isLink() ? { linkMove: false, labelMove: false } : true),
      validateConnection: (_source, _magnet, target, targetMagnet, end) => end === "target" && target.model.isElement() && !targetMagnet,
    };
  }

  // --- What a hand does ---------------------------------------------------------------------------------------------

  listen() {
    const { paper, store } = this;
    paper.on("element:pointerdown", (view) => view.el.focus({ preventScroll: true }));
    paper.on("element:pointerclick", (view) => store.choose(view.model.id));
    paper.on("element:pointerup", (view) => this.put(view.model));
    paper.on("blank:pointerclick", () => store.choose(""));
    paper.on("link:connect", (view) => this.connected(view.model));
    paper.on("link:mouseenter", (view) => view.addTools(this.toolsOf(view.model)));
    paper.on("link:mouseleave", (view) => view.removeTools());
    paper.on("blank:pointerdown", (event) => this.pan(event));
    this.host.addEventListener("wheel", (event) => this.roll(event), { passive: false });
    this.host.addEventListener("focusin", ({ target }) => this.follow(target.closest("[model-id]")));
  }

  put(element) {
    const node = this.store.node(element.id);
    const at = element.position();
    if (!node || (place(node).x === at.x && place(node).y === at.y)) return;
    this.store.change((document) => { document.nodes.find((each) => each.id === node.id).position = { x: at.x, y: at.y }; });
  }

  // The document draws its own, once the library has done with this one.
  connected(link) {
    const { id, port } = link.source();
    const target = link.target().id;
    setTimeout(() => {
      link.remove();
      this.store.change((document) => connect(document, id, port, target));
      this.draw();
    });
  }

  toolsOf(link) {
    const action = () => { const { id, port } = link.source(); this.store.change((document) => connect(document, id, port, "")); };
    return new dia.ToolsView({ tools: [new linkTools.TargetArrowhead(), new linkTools.Remove({ distance: "50%", action })] });
  }

  pan(event) {
    const from = { x: event.clientX, y: event.clientY, ...this.paper.translate() };
    const move = (moved) => this.paper.translate(from.tx + moved.clientX - from.x, from.ty + moved.clientY - from.y);
    addEventListener("pointermove", move);
    addEventListener("pointerup", () => removeEventListener("pointermove", move), { once: true });
  }

  roll(event) {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) this.zoom(event.deltaY < 0 ? 1.1 : 1 / 1.1, this.paper.clientToLocalPoint(event.clientX, event.clientY));
    else {
      const { tx, ty } = this.paper.translate();
      this.paper.translate(tx - event.deltaX, ty - event.deltaY);
    }
  }

  zoom(times, at = this.middle()) {
    const scale = Math.min(LARGEST, Math.max(SMALLEST, this.paper.scale().sx * times));
    this.paper.scaleUniformAtPoint(scale, at);
  }

  middle() {
    const { left, top, width, height } = this.host.getBoundingClientRect();
    return this.paper.clientToLocalPoint(left + width / 2, top + height / 2);
  }

  fit() {
    if (!this.store.document.nodes.length) return;
    this.paper.transformToFitContent({ padding: 48, minScale: SMALLEST, maxScale: 1, horizontalAlign: "middle", verticalAlign: "middle", useModelGeometry: true });
  }

  // What has the focus can be seen.
  follow(element) {
    if (!element || !element.matches(":focus-visible")) return;
    const [box, view] = [element.getBoundingClientRect(), this.host.getBoundingClientRect()];
    const shift = (low, high, from, to) => (low < from ? from - low + 24 : high > to ? to - high - 24 : 0);
    const { tx, ty } = this.paper.translate();
    this.paper.translate(tx + shift(box.left, box.right, view.left, view.right), ty + shift(box.top, box.bottom, view.top, view.bottom));
  }

  focus(id) {
    this.viewOf(id)?.el.focus();
  }

  viewOf(id) {
    return this.graph.getCell(id) ? this.paper.findViewByModel(id) : null;
  }

  // In columns, by the library's own layout.
  arrange() {
    layout.DirectedGraph.layout(this.graph, { rankDir: "LR", nodeSep: 32, rankSep: 88, setVertices: false });
    const at = new Map(this.graph.getElements().map((element) => [element.id, element.position()]));
    this.store.change((document) => {
      for (const node of document.nodes) node.position = { x: Math.round(at.get(node.id).x), y: Math.round(at.get(node.id).y) };
    });
    this.fit();
  }

  // --- How the document is shown --------------------------------------------------------------------------------------

  show({ problems = this.problems, way = this.way }) {
    this.problems = problems;
    this.way = way;
    this.draw();
  }

  draw() {
    const { nodes } = this.store.document;
    const ids = new Set(nodes.map((node) => node.id));
    for (const element of this.graph.getElements()) if (!ids.has(element.id)) element.remove();
    for (const node of nodes) this.drawNode(node);
    this.drawArrows(nodes);
  }

  drawNode(node) {
    const problems = this.problems.get(node.id) ?? [];
    const found = this.graph.getCell(node.id);
    const state = JSON.stringify([node, problems.length]);
    if (!found || this.drawn.get(node.id) !== state) this.shape(node, problems, found);
    this.drawn.set(node.id, state);
    this.dress(node, problems);
  }

  shape(node, problems, found) {
    const { x, y } = place(node);
    const box = found ?? new Box({ id: node.id, position: { x, y }, size: sizeOf(node) });
    box.attr({
      icon: { href: iconUrl(kindOf(node).icon) },
      title: { text: short(titleOf(node)) },
      type: { text: kindOf(node).label },
      count: { text: problems.length ? String(problems.length) : "" },
    });
    box.set("ports", { ...box.get("ports"), items: exitsOf(node).map((each, number) => this.port(node, each, number)) });
    if (!found) this.graph.addCell(box);
    else box.position(x, y).resize(...Object.values(sizeOf(node)));
  }

  port(node, exit, number) {
    const end = targetOf(this.store.document, node, exit.name) ? "flow-port is-connected" : "flow-port";
    return { id: exit.name, group: "exits", args: { x: sizeOf(node).width - 1, y: exitHeight(number) }, attrs: { label: { text: short(exit.label) }, port: { class: end } } };
  }

  dress(node, problems) {
    const { el } = this.viewOf(node.id);
    const { document, chosen } = this.store;
    el.setAttribute("tabindex", "0");
    el.setAttribute("role", "button");
    el.setAttribute("aria-label", spoken(document, node, problems));
    el.setAttribute("aria-pressed", String(chosen === node.id));
    el.classList.add("flow-box");
    el.classList.toggle("is-start", document.start === node.id);
    el.classList.toggle("is-chosen", chosen === node.id);
    el.classList.toggle("is-wrong", problems.some((each) => !each.warning));
    el.classList.toggle("is-doubtful", problems.length > 0 && problems.every((each) => each.warning));
    el.classList.toggle("is-walked", this.way.nodes.has(node.id));
    el.classList.toggle("is-here", this.way.here === node.id);
  }

  drawArrows(nodes) {
    const wanted = new Map();
    for (const node of nodes) {
      for (const { name } of exitsOf(node)) {
        const target = targetOf(this.store.document, node, name);
        if (target) wanted.set(`${node.id}>${name}`, { source: { id: node.id, port: name, magnet: "reach" }, target: { id: target.id } });
      }
    }
    for (const link of this.graph.getLinks()) {
      if (wanted.has(link.id)) link.set(wanted.get(link.id));
      else link.remove();
      wanted.delete(link.id);
    }
    for (const [id, ends] of wanted) this.graph.addCell(new Arrow({ id, ...ends, z: -1 }));
    for (const link of this.graph.getLinks()) this.paper.findViewByModel(link).el.classList.toggle("is-walked", this.way.exits.has(link.id));
  }
}

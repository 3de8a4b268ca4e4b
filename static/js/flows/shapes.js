// Boxes with their exits, and arrows, as JointJS draws them; what they look like says the sheet of styles.

import { known } from "./dom.js";

const { dia, shapes } = window.joint;
export const Box = dia.Element.define(
  "flow.Box",
  {
    attrs: {
      body: { x: 1, y: 1, width: "calc(w - 2)", height: "calc(h - 2)", rx: 10 },
      icon: { x: 14, y: 17, width: 18, height: 18 },
      title: { x: 42, y: 23 },
      type: { x: 42, y: 40 },
      badge: { cx: "calc(w - 4)", cy: 4, r: 9 },
      count: { x: "calc(w - 4)", y: 8, textAnchor: "middle" },
    },
    ports: {
      groups: {
        exits: {
          position: "absolute",
          markup: [
            { tagName: "text", selector: "label", className: "flow-way" },
            { tagName: "circle", selector: "reach", className: "flow-reach" },
            { tagName: "circle", selector: "port", className: "flow-port" },
          ],
          attrs: {
            label: { x: -14, y: 4, textAnchor: "end" },
            reach: { r: 12, magnet: true },
            port: { r: 4.5, pointerEvents: "none" },
          },
        },
      },
    },
  },
  {
    markup: [
      { tagName: "rect", selector: "body", className: "flow-body" },
      { tagName: "use", selector: "icon", className: "flow-icon" },
      { tagName: "text", selector: "title", className: "flow-title" },
      { tagName: "text", selector: "type", className: "flow-type" },
      { tagName: "circle", selector: "badge", className: "flow-badge" },
      { tagName: "text", selector: "count", className: "flow-count" },
    ],
  },
);

export const Arrow = shapes.standard.Link.define("flow.Arrow", {
  attrs: {
    line: {
      class: "flow-link",
      targetMarker: { type: "path", d: "M 8 -4 0 0 8 4 z", fill: "context-stroke", stroke: "none" },
    },
    wrapper: { class: "flow-grip" },
  },
});

// The library's own sheet of styles would be an element in the page, which our policy does not take; it is one rule
// for something that we do not draw.
export const Paper = dia.Paper.extend({ stylesheet: "" });

// As the picture on the server bends them: at once where that is to the right, or nearly so; else round below both boxes.
export function curve(source, target, _points, _options, { sourceView, targetView }) {
  const [x, y, toX, toY] = [source.x, source.y, target.x, target.y];
  if (toX >= x - known.measures.width / 2 || !sourceView || !targetView) {
    const bend = Math.max(40, Math.abs(toX - x) / 2);
    return `M ${x} ${y} C ${x + bend} ${y} ${toX - bend} ${toY} ${toX} ${toY}`;
  }
  const below = Math.max(...[sourceView, targetView].map((view) => view.model.getBBox().corner().y)) + known.measures.round;
  return `M ${x} ${y} C ${x + 40} ${y} ${x + 40} ${below} ${x} ${below} L ${toX} ${below} C ${toX - 40} ${below} ${toX - 40} ${toY} ${toX} ${toY}`;
}

export const namespace = { ...shapes, flow: { Box, Arrow } };

// Which tab speaks for all of this browser's, and which conversation somebody looks at in any of them.
// Web Locks know both: a lock ends with its tab, however that ends. Without https there are none (and no notifications).

import { openId } from "./thread.js";

const { locks } = navigator;
let speaking = !locks;
let shown = 0;
let letGo = () => {};

locks?.request("monty.speaks", () => {
  speaking = true;
  return new Promise(() => {});
});

export const speaks = () => speaking;

const looked = () => (document.hasFocus() ? openId() : 0);

export async function isLookedAt(conversation) {
  if (!conversation || !locks) return Boolean(conversation) && looked() === conversation;
  const { held } = await locks.query();
  return held.some(lock => lock.name === `monty.looks.${conversation}`);
}

function look() {
  if (!locks || looked() === shown) return;
  letGo();
  shown = looked();
  if (!shown) return;
  const gone = new Promise(resolve => { letGo = resolve; });
  locks.request(`monty.looks.${shown}`, { mode: "shared" }, () => gone);
}

for (const moment of ["focus", "blur"]) addEventListener(moment, () => setTimeout(look));
for (const moment of ["visibilitychange", "pane-opened", "htmx:after:swap"]) document.addEventListener(moment, look);
look();

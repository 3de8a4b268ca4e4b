// People's words as nodes: always text, never markup. Only http and https become links.

const LINK = /\bhttps?:\/\/[^\s<>"']+/giu;
// What follows an address in a sentence is not part of it.
const TAIL = /[.,;:!?)\]}»”’]+$/u;

export function words(text) {
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    const address = found[0].replace(TAIL, "");
    nodes.push(text.slice(from, found.index), link(address));
    from = found.index + address.length;
  }
  return [...nodes, text.slice(from)].filter(Boolean);
}

function link(address) {
  if (!URL.canParse(address)) return address;
  const node = document.createElement("a");
  node.href = address;
  node.textContent = address;
  node.target = "_blank";
  node.rel = "noopener noreferrer nofollow ugc";
  return node;
}

export function size(bytes) {
  const [unit, number] = bytes < 1e6 ? ["kilobyte", Math.max(bytes / 1e3, 0.1)] : ["megabyte", bytes / 1e6];
  const format = { style: "unit", unit, maximumFractionDigits: number < 10 ? 1 : 0 };
  return new Intl.NumberFormat(document.documentElement.lang, format).format(number);
}

export function clock(at) {
  return new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit" });
}

// When somebody is back: the nearer, the fewer words.
export function moment(at) {
  const date = new Date(at);
  const ahead = Math.round((midnight(date) - midnight(new Date())) / 86_400_000);
  const time = { hour: "numeric", minute: "2-digit" };
  const far = ahead < 7 ? { weekday: "long" } : { weekday: "short", day: "numeric", month: "short" };
  return date.toLocaleString(document.documentElement.lang, ahead > 0 ? { ...far, ...time } : time);
}

export function day(at, say) {
  const date = new Date(at);
  const ago = Math.round((midnight(new Date()) - midnight(date)) / 86_400_000);
  if (ago === 0) return say.today;
  if (ago === 1) return say.yesterday;
  return date.toLocaleDateString(document.documentElement.lang, { weekday: "long", day: "numeric", month: "long" });
}

function midnight(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate());
}

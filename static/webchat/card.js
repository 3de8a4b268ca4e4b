// What stands under a message as a card (an order): told by the server in the visitor's language, drawn here.

function made(tag, className, text = "") {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  node.dir = "auto";
  return node;
}

// `confirm`: none for a card that a later one of the same order has overtaken, of which only state and total are shown.
export function drawn(card, confirm) {
  const node = made("div", `card is-${card.tone}`);
  node.setAttribute("role", "group");
  node.setAttribute("aria-label", card.title);
  const head = made("header", "card-head");
  head.append(made("strong", "card-title", card.title), made("span", "card-state", card.state));
  node.append(head);
  if (!confirm) {
    node.append(sums({ sums: [], total: card.total }));
    return node;
  }
  node.append(lines(card), sums(card));
  if (card.note) node.append(made("p", "card-note", card.note));
  const acts = made("p", "card-acts");
  acts.append(...(card.confirm ? [button(card, confirm)] : []), ...card.links.map(link));
  if (acts.children.length) node.append(acts);
  return node;
}

function lines(card) {
  const list = made("ul", "card-lines");
  for (const { picture, quantity, name, detail, total } of card.lines) {
    const line = made("li", "card-line");
    const what = made("span", "card-what");
    what.append(made("span", "card-name", `${quantity} × ${name}`));
    if (detail) what.append(made("small", "card-detail", detail));
    // Its name stands beside it.
    if (picture) line.append(Object.assign(made("img", "card-picture"), { src: picture, alt: "" }));
    line.append(what, made("span", "card-amount", total));
    list.append(line);
  }
  return list;
}

function sums(card) {
  const list = made("dl", "card-sums");
  for (const { name, amount } of [...card.sums, ...(card.total ? [card.total] : [])]) list.append(made("dt", "", name), made("dd", "card-amount", amount));
  return list;
}

function button(card, confirm) {
  const node = Object.assign(made("button", "card-main", card.confirm), { type: "button" });
  node.addEventListener("click", async () => {
    node.disabled = true;
    await confirm(card);
    node.disabled = false;
  });
  return node;
}

function link({ name, url, main }) {
  return Object.assign(made("a", main ? "card-main" : "card-link", name), { href: url, target: "_blank", rel: "noopener" });
}

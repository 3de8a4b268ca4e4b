// The title counts (and the icon marks) what is new in mine: what the server counts as unread, and what was given to me and not opened yet.

export const fresh = new Set();

export function retitle() {
  const news = Number(document.querySelector(".places-foot").dataset.unread) + fresh.size;
  const name = document.querySelector(".head h2, #list-name").textContent;
  const icon = document.getElementById("icon");
  icon.href = news ? icon.dataset.news : icon.dataset.calm;
  document.title = `${news ? `(${news}) ` : ""}${name} · Monty`;
}

// The left pane's list of teammates, shut until somebody wants it; what is fetched again finds it as it was.

const KEY = "monty.colleagues";
const toggle = () => document.getElementById("colleagues-toggle");

export function arrange() {
  const open = localStorage.getItem(KEY) === "open" || Boolean(document.querySelector("#colleagues [aria-current]"));
  document.body.classList.toggle("shows-colleagues", open);
  toggle()?.setAttribute("aria-expanded", open);
}

document.addEventListener("click", event => {
  if (!event.target.closest?.("#colleagues-toggle")) return;
  localStorage.setItem(KEY, toggle().getAttribute("aria-expanded") === "true" ? "shut" : "open");
  arrange();
});
document.addEventListener("htmx:after:swap", arrange);
arrange();

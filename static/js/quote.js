// A click on a quoted message leads to it, also where older lines have to be fetched first.

const TRIES = 40;
const line = id => document.querySelector(`#lines > [data-message="${CSS.escape(id)}"]`);

// Resolves when the lines above those on screen have come; null if there are none.
export function olderLines() {
  const older = document.getElementById("older");
  if (!older) return null;
  const come = new Promise(resolve => {
    document.addEventListener("htmx:after:swap", resolve, { once: true });
    setTimeout(resolve, 5000);
  });
  older.dispatchEvent(new Event("wanted"));
  return come;
}

async function lead(id) {
  for (let tries = 0; !line(id) && tries < TRIES; tries += 1) {
    const coming = olderLines();
    if (!coming) return;
    await coming;
  }
  const found = line(id);
  if (!found) return;
  found.scrollIntoView({ block: "center" });
  found.classList.add("is-pointed-at");
  found.addEventListener("animationend", () => found.classList.remove("is-pointed-at"), { once: true });
  found.tabIndex = -1;
  found.focus({ preventScroll: true });
}

document.addEventListener("click", event => {
  const quote = event.target.closest?.("[data-quoted]");
  if (!quote || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  lead(quote.dataset.quoted);
});

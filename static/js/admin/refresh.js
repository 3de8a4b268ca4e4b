// Keeps parts of an admin page fresh: every element with `data-refresh` (seconds) is read anew from the same address.

async function refresh(element) {
  // Nobody looks, or somebody is about to press a button in it: leave it alone.
  if (document.hidden || element.contains(document.activeElement)) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(element.id);
  if (fresh) element.replaceChildren(...fresh.childNodes);
}

for (const element of document.querySelectorAll("[data-refresh]")) {
  setInterval(() => refresh(element).catch(() => {}), Number(element.dataset.refresh) * 1000);
}

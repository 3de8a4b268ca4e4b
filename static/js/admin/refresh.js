// Keeps parts of an admin page fresh: every element with `data-refresh` (seconds) is read anew from the same address, until
// it comes without.

async function refresh(element) {
  // Nobody looks, or somebody is about to press a button in it: leave it alone.
  if (document.hidden || element.contains(document.activeElement)) return true;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return true;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(element.id);
  if (fresh) element.replaceChildren(...fresh.childNodes);
  return !fresh || "refresh" in fresh.dataset;
}

for (const element of document.querySelectorAll("[data-refresh]")) {
  const timer = setInterval(async () => {
    if (!(await refresh(element).catch(() => true))) clearInterval(timer);
  }, Number(element.dataset.refresh) * 1000);
}

// A picture of the thread, as large as the window.

document.addEventListener("click", event => {
  const link = event.target.closest?.("[data-picture]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  const viewer = document.getElementById("viewer");
  const picture = viewer.querySelector("img");
  Object.assign(picture, { src: link.href, alt: link.dataset.picture, hidden: false });
  Object.assign(viewer.querySelector("a"), { href: link.href, download: link.dataset.picture });
  viewer.showModal();
});

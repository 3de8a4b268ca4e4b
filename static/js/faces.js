// The customer's name and face: once they are known, or are others, every line that is on screen has them.

const head = () => document.getElementById("head");
const lines = () => document.querySelectorAll("#lines > .them");

document.addEventListener("htmx:after:swap", () => {
  if (!head()) return;
  const face = head().querySelector(".avatar");
  for (const line of lines()) {
    const old = line.querySelector(":scope > .avatar");
    const name = line.querySelector(".bubble > .visually-hidden");
    if (old && old.innerHTML !== face.innerHTML) old.innerHTML = face.innerHTML;
    if (name && name.textContent !== `${head().dataset.name}:`) name.textContent = `${head().dataset.name}:`;
  }
});

// Where lines of the thread belong.

// Each line has its event's id: what is on screen is replaced in place, the rest goes to the end.
export function place(incoming) {
  const fresh = [...incoming.children];
  for (const line of fresh) {
    const old = document.querySelector(`#lines > [id="${line.id}"]`);
    if (old?.matches(".day")) line.remove();
    else if (old) old.replaceWith(line);
    else document.getElementById("lines").append(line);
    if (line.dataset.clientId) document.getElementById(`sending-${line.dataset.clientId}`)?.remove();
  }
  return fresh.length;
}

// Older lines may begin with the day that the ones below had begun with.
export function dropDoubles() {
  const seen = new Set();
  for (const day of document.querySelectorAll("#lines > .day")) {
    if (seen.has(day.id)) day.remove();
    seen.add(day.id);
  }
}

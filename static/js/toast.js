// A sentence at the bottom of the page, above everything, for a few seconds.

export function toast(sentence) {
  const stack = document.getElementById("toasts");
  const line = document.createElement("p");
  line.className = "toast";
  line.textContent = sentence;
  stack.hidePopover();
  stack.append(line);
  stack.showPopover();
  setTimeout(() => {
    line.remove();
    if (!stack.childElementCount) stack.hidePopover();
  }, 6000);
}

// A sentence (or an element with one) at the top of the page, where nobody types, for a few seconds.

export function toast(content, stay = 6000) {
  const stack = document.getElementById("toasts");
  const line = document.createElement("p");
  line.className = "toast";
  line.append(content);
  stack.hidePopover();
  stack.append(line);
  stack.showPopover();
  setTimeout(() => {
    line.remove();
    if (!stack.childElementCount) stack.hidePopover();
  }, stay);
  return line;
}

// The shop's own use of the chat: every "Ask" opens it.
for (const button of document.querySelectorAll("[data-ask]")) {
  button.addEventListener("click", () => window.Monty?.open());
}

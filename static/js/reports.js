// On a narrow screen the menus scroll sideways: what is chosen is in sight.
for (const here of document.querySelectorAll(":is(.reports-menu, .reports-presets) [aria-current]")) {
  here.scrollIntoView({ block: "nearest", inline: "nearest" });
}

// What is chosen in a menu counts at once; dates wait for the button, for they are typed in pieces.
const form = document.getElementById("reports-form");
form.addEventListener("change", (event) => {
  if (event.target.matches("select")) form.requestSubmit();
});

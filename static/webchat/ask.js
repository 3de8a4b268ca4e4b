// What the visitor is asked before they write: the fields stand below the thread and go along with the next message.

export class Ask {
  constructor(memory) {
    this.memory = memory;
    this.form = document.getElementById("ask");
    this.fields = [...this.form.querySelectorAll(".question")];
    this.#restore({ ...memory.get("claims"), ...memory.get("answers") });
    this.form.addEventListener("input", () => memory.set("answers", this.#values()));
    this.form.addEventListener("submit", (event) => event.preventDefault());
  }

  // Show the questions of these names and no others.
  show(names) {
    for (const field of this.fields) {
      field.disabled = field.hidden = !names.includes(field.dataset.name);
    }
    this.form.hidden = !names.length;
  }

  get isShown() {
    return !this.form.hidden;
  }

  // Where the visitor begins; false if they are asked nothing.
  focus() {
    const first = [...this.form.elements].find((field) => field.matches(":enabled:not(fieldset)") && !field.value);
    if (this.isShown) first?.focus();
    return Boolean(this.isShown && first);
  }

  // The answers for the next message; null if one is missing or wrong: then the browser says which and why.
  answers() {
    if (!this.isShown) return {};
    return this.form.reportValidity() ? this.#values() : null;
  }

  #values() {
    const given = [...new FormData(this.form)].filter(([, value]) => value.trim());
    return Object.fromEntries(given);
  }

  #restore(values) {
    for (const [name, value] of Object.entries(values)) {
      const field = this.form.elements.namedItem(name);
      if (field?.type === "checkbox") field.checked = Boolean(value);
      else if (field && value) field.value = value;
    }
  }
}

// The field, its draft, and the file button.

export class Composer {
  constructor(memory, { textLimit, fileLimit, words: say }, send) {
    this.form = document.getElementById("composer");
    this.field = document.getElementById("text");
    this.note = document.getElementById("note");
    this.picker = document.getElementById("picker");
    Object.assign(this, { memory, textLimit, fileLimit, say, send });
    this.field.value = memory.get("draft") ?? "";
    this.#look();
    this.#listen();
  }

  focus() {
    this.field.focus();
  }

  clear() {
    this.field.value = "";
    this.memory.set("draft", null);
    this.#look();
  }

  #listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.field.addEventListener("input", () => {
      this.memory.set("draft", this.field.value || null);
      this.#look();
    });
    this.field.addEventListener("keydown", (event) => {
      // 229 and isComposing: Enter chooses a word in an input method, it does not send.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.#submit();
    });
    this.field.addEventListener("paste", (event) => this.#files(event, event.clipboardData));
    document.addEventListener("dragover", (event) => event.preventDefault());
    document.addEventListener("drop", (event) => this.#files(event, event.dataTransfer));
    document.getElementById("attach").addEventListener("click", () => this.picker.click());
    this.picker.addEventListener("change", () => {
      this.#attach([...this.picker.files]);
      this.picker.value = "";
    });
  }

  #submit() {
    const text = this.field.value.trim();
    if (!text) return;
    if ([...text].length > this.textLimit) {
      this.#complain(this.say.too_long.replace("{limit}", this.textLimit));
      return;
    }
    this.send(text, null);
    this.clear();
  }

  #files(event, carried) {
    if (!carried?.files.length) return;
    event.preventDefault();
    this.#attach([...carried.files]);
  }

  #attach(files) {
    for (const file of files) {
      if (file.size <= this.fileLimit) this.send("", file);
      else this.#complain(this.say.too_large.replace("{limit}", Math.floor(this.fileLimit / 1024 ** 2)));
    }
  }

  #complain(sentence) {
    this.note.textContent = sentence;
    this.note.hidden = false;
  }

  #look() {
    this.note.hidden = true;
    this.form.classList.toggle("empty", !this.field.value.trim());
  }
}

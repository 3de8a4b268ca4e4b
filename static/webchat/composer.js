// The field, its draft, and the file button.

export class Composer {
  // `send({text} or {file})` says whether it took it; `typing` hears that somebody writes.
  constructor(memory, { textLimit, fileLimit, filesAtOnce, words: say }, { send, typing }) {
    this.form = document.getElementById("composer");
    this.field = document.getElementById("text");
    this.note = document.getElementById("note");
    this.picker = document.getElementById("picker");
    this.drop = document.getElementById("drop");
    Object.assign(this, { memory, textLimit, fileLimit, filesAtOnce, say, send, typing });
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
      if (this.field.value.trim()) this.typing();
    });
    this.field.addEventListener("keydown", (event) => {
      // 229 and isComposing: Enter chooses a word in an input method, it does not send.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.#submit();
    });
    this.field.addEventListener("paste", (event) => this.#files(event, event.clipboardData));
    document.addEventListener("dragover", (event) => {
      event.preventDefault();
      this.drop.hidden = !event.dataTransfer.types.includes("Files");
    });
    document.addEventListener("dragleave", (event) => event.relatedTarget || (this.drop.hidden = true));
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
      this.tell(this.say.too_long.replace("{limit}", this.textLimit));
      return;
    }
    if (this.send({ text })) this.clear();
  }

  #files(event, carried) {
    this.drop.hidden = true;
    if (!carried?.files.length) return;
    event.preventDefault();
    this.#attach([...carried.files]);
  }

  // All or, with a word of what is wrong, none: half of what was chosen would be a riddle.
  #attach(files) {
    this.note.hidden = true;
    const large = files.find((file) => file.size > this.fileLimit);
    const megabytes = Math.floor(this.fileLimit / 1024 ** 2);
    if (files.length > this.filesAtOnce) this.tell(this.say.too_many.replace("{limit}", this.filesAtOnce));
    else if (large) this.tell(this.say.too_large.replace("{name}", large.name).replace("{limit}", megabytes));
    else files.every((file) => this.send({ file }));
  }

  tell(sentence, { good = false } = {}) {
    this.note.classList.toggle("good", good);
    this.note.textContent = sentence;
    this.note.hidden = false;
  }

  #look() {
    this.note.hidden = true;
    this.form.classList.toggle("empty", !this.field.value.trim());
  }
}

// Chat with the drawing as it is now. The server plays everything again from the start with each act: nothing is kept.

import { ask, button, h, icon, known, later, words } from "./dom.js";
import { titleOf } from "./nodes.js";

export class Simulator {
  constructor(store, host, { light }) {
    Object.assign(this, { store, host, light, acts: [], talk: null, open: false, asked: 0 });
    this.soon = later(() => this.play(), 400);
    store.addEventListener("change", () => { if (this.open) this.soon(); });
    this.build();
  }

  build() {
    const { channel } = known.offered;
    const again = () => this.restart();
    this.kind = h("select", { id: "fe-try-kind", class: "fe-input", onchange: again }, channel.map((each) => h("option", { value: each.value }, each.words)));
    if (channel.some((each) => each.value === "webchat")) this.kind.value = "webchat";
    this.who = h("input", { id: "fe-try-who", class: "fe-input", value: words("someone"), maxlength: 100, onchange: again });
    this.opening = h("input", { id: "fe-try-opening", class: "fe-input", value: words("hello"), maxlength: 500, onchange: again });
    this.lines = h("div", { class: "fe-talk", role: "log", "aria-label": words("talk"), tabindex: "0" });
    this.state = h("p", { class: "fe-state", role: "status" });
    this.acting = h("div", { class: "fe-acting" });
    this.text = h("input", { id: "fe-try-say", class: "fe-input", placeholder: words("say"), "aria-label": words("say"), autocomplete: "off" });
    this.send = h("form", { class: "fe-say", onsubmit: (event) => this.say(event) }, this.text, h("button", { class: "fe-button is-main", "aria-label": words("sendIt") }, icon("send")));
    this.facts = h("dl", { class: "fe-facts" });
    const labelled = (field, name) => h("div", { class: "fe-field" }, h("label", { for: field.id }, words(name)), field);
    this.host.replaceChildren(
      h("details", { class: "fe-setting" }, h("summary", {}, words("customer")), labelled(this.who, "customerName"), labelled(this.opening, "opening")),
      h("div", { class: "fe-try-head" }, labelled(this.kind, "channel"), button(words("restart"), again, { drawn: "rotate-ccw" })),
      this.lines, this.state, this.acting, this.send, h("h2", { class: "fe-sub" }, words("knownNow")), this.facts);
  }

  show(open) {
    this.open = open;
    if (open) this.play();
    else this.light({ nodes: new Set(), exits: new Set(), here: "" });
  }

  restart() {
    this.acts = [];
    this.play();
  }

  act(act) {
    this.acts.push(act);
    this.play();
  }

  say(event) {
    event.preventDefault();
    const text = this.text.value.trim();
    if (!text || this.text.disabled) return;
    this.text.value = "";
    this.act({ act: "say", text });
  }

  async play() {
    const mine = (this.asked += 1);
    const answer = await ask("rehearse", {
      document: JSON.stringify(this.store.document), kind: this.kind.value, name: this.who.value, opening: this.opening.value, acts: JSON.stringify(this.acts),
    });
    // Somebody was quicker with the next thing.
    if (mine !== this.asked || !this.open) return;
    this.talk = answer.ok ? answer.talk : null;
    if (this.talk) this.draw(this.talk);
    else this.state.textContent = answer.ok ? words("noStart") : answer.detail;
  }

  draw(talk) {
    const last = talk.lines.findLastIndex((line) => line.who === "bot");
    this.lines.replaceChildren(...talk.lines.map((line, number) => this.line(line, talk.under_way && number === last)));
    this.lines.scrollTop = this.lines.scrollHeight;
    const here = this.store.node(talk.here);
    this.state.textContent = [here && talk.under_way ? words("waitsAt", { node: titleOf(here) }) : talk.elsewhere && talk.under_way ? words("elsewhere") : talk.state, talk.reason].filter(Boolean).join(" – ");
    this.text.disabled = !talk.under_way || Boolean(talk.calls);
    this.acting.replaceChildren(...this.offers(talk));
    this.tell(talk);
    this.light({
      nodes: new Set(talk.way.map((step) => step.node)),
      exits: new Set(talk.way.filter((step) => step.exit).map((step) => `${step.node}>${step.exit}`)),
      here: talk.here,
    });
  }

  line({ who, text, buttons, files }, live) {
    const press = (each) => h("button", { type: "button", class: "fe-reply", disabled: !live, onclick: () => this.act({ act: "say", text: each.title, payload: each.payload }) }, each.title);
    return h("div", { class: `fe-line is-${who}` },
      h("span", { class: "visually-hidden" }, words(`by_${who}`)),
      files.map((name) => h("p", { class: "fe-file" }, icon("paperclip"), name)),
      text ? h("p", { dir: "auto" }, text) : null,
      buttons.length ? h("div", { class: "fe-replies" }, buttons.map(press)) : null);
  }

  offers(talk) {
    if (talk.calls) return [h("p", { class: "fe-hint" }, words("wouldAsk", { address: talk.calls })), ...this.answering()];
    return talk.waits ? [button(words("timePasses", { time: talk.waits }), () => this.act({ act: "time" }), { drawn: "timer" })] : [];
  }

  answering() {
    const value = h("textarea", { id: "fe-try-answer", class: "fe-input", rows: 2, value: "{}", "aria-label": words("answerJson"), spellcheck: "false" });
    const give = () => {
      try {
        this.act({ act: "answer", value: JSON.parse(value.value) });
      } catch {
        value.setAttribute("aria-invalid", "true");
      }
    };
    return [value, button(words("itAnswers"), give), button(words("itIsSilent"), () => this.act({ act: "silence" }))];
  }

  tell({ answers, contact, labels }) {
    const facts = { ...answers, ...Object.fromEntries(Object.entries(contact).filter(([, value]) => value).map(([name, value]) => [`contact.${name}`, value])) };
    if (labels.length) facts.labels = labels.join(", ");
    this.facts.replaceChildren(...Object.entries(facts).flatMap(([name, value]) => [h("dt", {}, name), h("dd", { dir: "auto" }, value)]));
  }
}

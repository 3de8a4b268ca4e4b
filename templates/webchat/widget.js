{# The loader, rendered for one channel. It must live under the strictest CSP of a website: no markup from text, no #}
{# style attributes, nothing but this script and the frame. #}(() => {
  "use strict";
  const PAGE = "{{ page|escapejs }}";
  const LABEL = "{{ label|escapejs }}";
  const WORDS = JSON.parse("{{ words|escapejs }}");
  // The language of this website, unless the tag names another; else the visitor's own.
  const wanted = [document.currentScript?.dataset.lang, document.documentElement.lang, ...navigator.languages];
  const LANGUAGE = wanted.map((code) => code?.split("-")[0].toLowerCase()).find((code) => Object.hasOwn(WORDS, code)) ?? "{{ fallback|escapejs }}";
  const SAY = WORDS[LANGUAGE];

  // Included twice, once is enough.
  if (window.Monty && window.Monty.identify) return;

  const STYLE = `
    :host { all: initial !important; color-scheme: inherit !important; }
    * { box-sizing: border-box; }
    .launcher {
      position: fixed; z-index: 2147483000; inset-block-end: 20px; inset-inline-end: 20px;
      inline-size: 60px; block-size: 60px; padding: 0; border: 0; border-radius: 50%; cursor: pointer;
      display: grid; place-items: center; color: #fff;
      background: linear-gradient(145deg, oklch(60% 0.19 258), oklch(50% 0.21 266));
      box-shadow: 0 6px 20px rgb(20 30 80 / 0.28), 0 1px 4px rgb(20 30 80 / 0.2);
      transition: transform 160ms ease-out, box-shadow 160ms ease-out;
    }
    .launcher:hover { transform: scale(1.06); box-shadow: 0 8px 26px rgb(20 30 80 / 0.34), 0 2px 6px rgb(20 30 80 / 0.2); }
    .launcher:active { transform: scale(0.97); }
    .launcher:focus-visible { outline: 3px solid oklch(54% 0.2 262); outline-offset: 3px; }
    .launcher svg { grid-area: 1 / 1; inline-size: 28px; block-size: 28px; transition: transform 200ms ease-out, opacity 160ms; }
    .launcher .cross, .launcher[aria-expanded=true] .talk { opacity: 0; transform: rotate(-45deg) scale(0.6); }
    .launcher[aria-expanded=true] .cross { opacity: 1; transform: none; }
    .badge {
      position: absolute; inset-block-start: -3px; inset-inline-end: -3px; min-inline-size: 22px; block-size: 22px;
      padding-inline: 6px; border-radius: 11px; background: #d92d20; color: #fff; box-shadow: 0 0 0 2px #fff;
      font: 600 12px/22px system-ui, sans-serif; text-align: center;
    }
    .badge[hidden] { display: none; }
    .panel {
      position: fixed; z-index: 2147483000; inset-block-end: 96px; inset-inline-end: 20px;
      inline-size: min(400px, calc(100vw - 40px)); block-size: min(680px, calc(100dvh - 116px));
      border-radius: 18px; overflow: hidden; background: Canvas;
      box-shadow: 0 18px 60px rgb(15 23 60 / 0.26), 0 2px 10px rgb(15 23 60 / 0.14);
      transform-origin: 100% 100%; transition: transform 200ms cubic-bezier(0.2, 0.9, 0.3, 1), opacity 160ms, visibility 200ms;
    }
    .panel[data-open=false] { visibility: hidden; opacity: 0; transform: translateY(12px) scale(0.96); }
    iframe { display: block; inline-size: 100%; block-size: 100%; border: 0; }
    @media (max-width: 480px), (max-height: 460px) {
      .panel { inset: 0; inline-size: 100%; block-size: 100dvh; border-radius: 0; }
      .launcher[aria-expanded=true] { visibility: hidden; }
    }
    @media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
    @media print { .launcher, .panel { display: none; } }
  `;
  const TALK = "M12 3.2c-5 0-9 3.4-9 7.7 0 2.5 1.3 4.6 3.4 6v3.4c0 .5.5.8.9.5l3.3-2.4c.5 0 .9.1 1.4.1 5 0 9-3.4 9-7.7s-4-7.6-9-7.6z";
  const CROSS = "m6 9.5 6 6 6-6";

  const origin = new URL(PAGE).origin;
  const root = document.createElement("monty-webchat");
  const shadow = root.attachShadow({ mode: "open" });
  const launcher = made("button", { type: "button", className: "launcher" });
  const badge = made("span", { className: "badge", hidden: true });
  const panel = made("div", { className: "panel", id: "panel", role: "dialog", ariaLabel: LABEL });
  let frame = null;
  let ready = false;
  let isOpen = false;
  let unread = 0;
  // What stands before the website's own title.
  let mark = "";
  const waiting = [];

  function made(name, facts) {
    return Object.assign(document.createElement(name), facts);
  }

  function drawn(name, path, facts) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
    for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", class: name, "aria-hidden": "true" })) svg.setAttribute(key, value);
    for (const [key, value] of Object.entries({ d: path, ...facts })) shape.setAttribute(key, value);
    svg.append(shape);
    return svg;
  }

  // What this website's own storage keeps for the chat; a browser may refuse it.
  function remembered(storage, key, value) {
    try {
      const name = `monty ${PAGE} ${key}`;
      if (value === undefined) return window[storage].getItem(name) === "yes";
      return value ? window[storage].setItem(name, "yes") : window[storage].removeItem(name);
    } catch {
      return false;
    }
  }

  // Some browsers keep nothing for a frame of another site; then this website's storage does it.
  const KEPT = `monty ${PAGE} kept`;

  function kept() {
    try {
      return JSON.parse(localStorage.getItem(KEPT)) || {};
    } catch {
      return {};
    }
  }

  function keep({ key, raw }) {
    const entries = kept();
    if (raw === null) delete entries[key];
    else entries[key] = raw;
    try {
      localStorage.setItem(KEPT, JSON.stringify(entries));
    } catch {
      // Then nobody remembers, and the chat lasts as long as the page.
    }
  }

  function recall() {
    frame.contentWindow.postMessage({ monty: "kept", entries: kept() }, origin);
  }

  // The frame is loaded when it is needed: at the first opening, or for somebody who has talked before.
  function load() {
    if (frame) return;
    frame = made("iframe", { title: LABEL, src: `${PAGE}?host=${encodeURIComponent(location.origin)}&lang=${LANGUAGE}` });
    frame.referrerPolicy = "origin";
    panel.append(frame);
  }

  function tell(monty, facts) {
    if (ready) frame.contentWindow.postMessage({ ...facts, monty }, origin);
    else waiting.push([monty, facts]);
  }

  function show(open) {
    isOpen = open;
    panel.dataset.open = open;
    launcher.setAttribute("aria-expanded", open);
    remembered("sessionStorage", "open", open);
    count(unread);
  }

  // On the launcher, and before the website's title while nobody looks at the thread.
  function count(number) {
    if (number !== unread) announce("unread", { count: number });
    unread = number;
    const shown = isOpen ? 0 : number;
    badge.hidden = !shown;
    badge.textContent = shown > 9 ? "9+" : String(shown);
    launcher.setAttribute("aria-label", isOpen ? SAY.close : shown ? SAY.unread.replace("{count}", shown) : SAY.open);
    const title = mark && document.title.startsWith(mark) ? document.title.slice(mark.length) : document.title;
    mark = number && (!isOpen || document.hidden) ? `(${number}) ` : "";
    if (document.title !== mark + title) document.title = mark + title;
  }

  // For the website's own scripts.
  function announce(name, detail = {}) {
    dispatchEvent(new CustomEvent(`monty:${name}`, { detail }));
  }

  function open() {
    load();
    const already = isOpen;
    show(true);
    tell("open");
    if (!already) announce("open");
  }

  function close() {
    if (!isOpen) return;
    const inside = shadow.activeElement === frame;
    show(false);
    tell("close");
    announce("close");
    if (inside) launcher.focus();
  }

  function identify(facts) {
    if (facts && (facts.user_hash || facts.jwt)) load();
    tell("identify", { ...facts });
  }

  function reset() {
    load();
    tell("reset");
  }

  const hears = {
    ready({ known }) {
      ready = true;
      hears.known({ known });
      for (const [monty, facts] of waiting.splice(0)) tell(monty, facts);
    },
    known({ known }) {
      remembered("localStorage", "known", Boolean(known));
    },
    unread(told) {
      count(Number.isSafeInteger(told.count) && told.count > 0 ? told.count : 0);
    },
    close,
    keep,
    recall,
  };

  addEventListener("storage", (event) => event.key === KEPT && ready && recall());
  addEventListener("message", (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== origin) return;
    const said = event.data;
    if (said && Object.hasOwn(hears, said.monty)) hears[said.monty](said);
  });

  function build() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    shadow.adoptedStyleSheets = [sheet];
    launcher.append(drawn("talk", TALK, { fill: "currentColor" }));
    launcher.append(drawn("cross", CROSS, { fill: "none", stroke: "currentColor", "stroke-width": "2.6", "stroke-linecap": "round", "stroke-linejoin": "round" }));
    launcher.append(badge);
    launcher.setAttribute("aria-controls", "panel");
    launcher.setAttribute("aria-haspopup", "dialog");
    root.lang = LANGUAGE;
    root.dir = LANGUAGE === "ar" ? "rtl" : "ltr";
    launcher.addEventListener("click", () => (isOpen ? close() : open()));
    root.addEventListener("keydown", (event) => event.key === "Escape" && close());
    shadow.append(panel, launcher);
    show(remembered("sessionStorage", "open"));
    document.body.append(root);
    if (isOpen) open();
    else if (remembered("localStorage", "known")) load();
  }

  window.Monty = Object.freeze({ open, close, identify, reset });
  if (document.body) build();
  else addEventListener("DOMContentLoaded", build);
  document.addEventListener("visibilitychange", () => count(unread));
  announce("ready");
})();

// The one socket of the inbox: tells the document what it hears, comes back by itself when it is cut.

const HEARTBEAT = 30_000;
const LOGGED_OUT = 4401;
const REFUSED = 4403;
// The process leaves, another one is there.
const RESTARTS = 4503;
// Shorter cuts are not worth a word.
const PATIENCE = 1_000;
// Whoever comes back has the page right again within two seconds: nobody waits for longer than 1.5 times this.
const PAUSE = 1_000;
// The server answers a heartbeat at once. What was asleep or is in another network now may hear nothing and not know it.
const ANSWERED_IN = 10_000;
const WOKEN_IN = 1_000;

let socket;
let attempts = 0;
let retry = 0;
let complaint = 0;
let doubt = 0;

export function connect() {
  clearTimeout(retry);
  clearTimeout(doubt);
  doubt = 0;
  forsake();
  socket = new WebSocket(`${location.protocol.replace("http", "ws")}//${location.host}/ws/inbox/`);
  socket.onmessage = message => hear(JSON.parse(message.data));
  socket.onclose = event => lose(event.code);
}

// A dead one may take minutes to notice that it is closed.
function forsake() {
  if (!socket) return;
  socket.onmessage = socket.onclose = null;
  socket.close();
}

function hear(frame) {
  clearTimeout(doubt);
  doubt = 0;
  if (frame.hint === "ready") {
    attempts = 0;
    clearTimeout(complaint);
    complaint = 0;
    document.getElementById("offline").hidden = true;
  }
  document.dispatchEvent(new CustomEvent("live", { detail: frame }));
}

function lose(code) {
  clearTimeout(doubt);
  if (code === LOGGED_OUT) location.reload();
  if (code === LOGGED_OUT || code === REFUSED) return;
  complaint ||= setTimeout(() => { document.getElementById("offline").hidden = false; }, PATIENCE);
  // Jitter: after a restart not every browser knocks at the same moment.
  const pause = code === RESTARTS ? 500 * Math.random() : Math.min(PAUSE, 500 * 2 ** attempts++) * (0.5 + Math.random());
  retry = setTimeout(connect, pause);
}

function ask(patience) {
  if (socket?.readyState !== WebSocket.OPEN) return connect();
  socket.send('{"type":"heartbeat"}');
  clearTimeout(doubt);
  doubt = setTimeout(connect, patience);
}

const wake = () => ask(WOKEN_IN);
let ticked = Date.now();
setInterval(() => {
  if (Date.now() - ticked > HEARTBEAT / 2) wake();
  ticked = Date.now();
}, 1_000);
// Not while it is asked already: after sleep both clocks ring at once, and the patient one must not have the last word.
setInterval(() => { if (socket?.readyState === WebSocket.OPEN && !doubt) ask(ANSWERED_IN); }, HEARTBEAT);
addEventListener("online", wake);
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") wake(); });

// The one socket of the inbox: tells the document what it hears, comes back by itself when it is cut.

const HEARTBEAT = 30_000;
const LOGGED_OUT = 4401;
const REFUSED = 4403;
// Shorter cuts are not worth a word.
const PATIENCE = 1_000;

let socket;
let attempts = 0;
let retry = 0;
let complaint = 0;

export function connect() {
  clearTimeout(retry);
  socket = new WebSocket(`${location.protocol.replace("http", "ws")}//${location.host}/ws/inbox/`);
  socket.onmessage = message => hear(JSON.parse(message.data));
  socket.onclose = event => lose(event.code);
}

function hear(frame) {
  if (frame.hint === "ready") {
    attempts = 0;
    clearTimeout(complaint);
    complaint = 0;
    document.getElementById("offline").hidden = true;
  }
  document.dispatchEvent(new CustomEvent("live", { detail: frame }));
}

function lose(code) {
  if (code === LOGGED_OUT) location.reload();
  if (code === LOGGED_OUT || code === REFUSED) return;
  complaint ||= setTimeout(() => { document.getElementById("offline").hidden = false; }, PATIENCE);
  // Jitter: after a restart not every browser knocks at the same moment.
  const pause = Math.min(10_000, 500 * 2 ** attempts++) * (0.5 + Math.random());
  retry = setTimeout(connect, pause);
}

setInterval(() => {
  if (socket?.readyState === WebSocket.OPEN) socket.send('{"type":"heartbeat"}');
}, HEARTBEAT);
addEventListener("online", () => { if (socket.readyState === WebSocket.CLOSED) connect(); });

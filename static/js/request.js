// What the page's own scripts send, and the sentence that comes back when it is refused.

// `progress` hears which share of it has left; `signal` calls it off.
export function post(url, fields, { progress, signal } = {}) {
  // Not fetch: it cannot tell how much of a large file has left.
  const request = new XMLHttpRequest();
  request.open("POST", url);
  request.setRequestHeader("X-CSRFToken", document.body.dataset.csrf);
  request.setRequestHeader("HX-Request", "true");
  request.setRequestHeader("Accept", "application/json");
  if (progress) request.upload.onprogress = event => event.lengthComputable && progress(event.loaded / event.total);
  return new Promise(resolve => {
    request.onload = () => {
      if (request.status === 401) location.reload();
      resolve({ status: request.status, ...problem(request.responseText) });
    };
    request.onabort = () => resolve({ status: 0, code: "aborted", detail: "" });
    signal?.addEventListener("abort", () => request.abort());
    request.onerror = () => resolve({ status: 0, code: "unreachable", detail: words("failed") });
    request.send(fields instanceof FormData ? fields : new URLSearchParams(fields));
  });
}

export function problem(text) {
  try {
    const { code, detail } = JSON.parse(text);
    return { code, detail };
  } catch {
    return { code: "", detail: words("broken") };
  }
}

export function words(name) {
  return document.getElementById("words").dataset[name];
}

// crypto.randomUUID exists on https pages only.
export function uuid() {
  const random = digit => (digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)))).toString(16);
  return "10000000-1000-4000-8000-100000000000".replace(/[018]/g, digit => random(Number(digit)));
}

// At once, but not more often than this; a last time for whatever came meanwhile.
export function throttled(action, pause) {
  let ran = -Infinity;
  let timer = 0;
  return () => {
    if (timer) return;
    const wait = Math.max(0, ran + pause - performance.now());
    timer = setTimeout(() => { timer = 0; ran = performance.now(); action(); }, wait);
  };
}

// From messages to the lines of the thread: who stands together, where a day begins, what each says below.

import { clock, day } from "./text.js";

const TOGETHER = 5 * 60_000;

export function linesOf(messages, waiting, conversation, say) {
  const arrived = new Set(messages.map((message) => message.client_id));
  const all = [
    ...messages.map((message) => ({ ...message, key: message.client_id ?? `m${message.id}` })),
    ...waiting.filter((item) => !arrived.has(item.client_id)).map(asMessage),
  ];
  const unseen = conversation?.unread ?? 0;
  const own = all.filter((message) => message.from === "contact" && !message.pending);
  const seen = new Set(own.slice(0, own.length - unseen));
  const lastOwn = own.at(-1);
  const latest = new Set(new Map(all.filter((message) => message.card).map((message) => [message.card.id, message])).values());

  return all.flatMap((message, index) => {
    const [before, after] = [all[index - 1], all[index + 1]];
    const line = {
      ...message,
      mine: message.from === "contact",
      first: !together(before, message),
      last: !together(message, after),
      below: message === lastOwn ? (seen.has(message) ? say.seen : say.sent) : "",
      time: clock(message.at),
      latest: latest.has(message),
      // Who has said something else since has answered, too.
      replies: after ? [] : (message.quick_replies ?? []),
    };
    return sameDay(before, message) ? [line] : [{ key: `day ${new Date(message.at).toDateString()}`, day: day(message.at, say) }, line];
  });
}

function asMessage(item) {
  return { ...item, key: item.client_id, from: "contact", name: "", attachments: [], pending: true };
}

function together(a, b) {
  if (!a || !b || a.from !== b.from || a.name !== b.name || !sameDay(a, b)) return false;
  return new Date(b.at) - new Date(a.at) < TOGETHER;
}

function sameDay(a, b) {
  return Boolean(a && b) && new Date(a.at).toDateString() === new Date(b.at).toDateString();
}

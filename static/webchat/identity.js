// Who the website says the visitor is. With a proof they are its user from now on; without one it is only a claim, which
// Monty is told with the first message.

export async function identify({ user_id = "", user_hash = "", jwt = "", name = "", email = "" }, { door, memory, switched }) {
  const identity = { user_id: String(user_id || subject(jwt)), name: String(name), email: String(email) };
  memory.set("claims", { name: identity.name, email: identity.email });
  if (!(user_hash || jwt) || door.session?.user === identity.user_id) return;
  const proof = jwt ? { jwt: String(jwt) } : { identity, user_hash: String(user_hash) };
  try {
    // What is written meanwhile waits: it is this user's.
    await (door.proving = door.begin(proof, identity.user_id));
    switched();
  } catch (error) {
    console.warn(`Monty: ${error.message}`);
  } finally {
    door.proving = null;
  }
}

// Whom a token names, unproved: only to see that it is whom we know already.
function subject(jwt) {
  try {
    const raw = atob(String(jwt).split(".")[1].replaceAll("-", "+").replaceAll("_", "/"));
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(raw, (letter) => letter.charCodeAt(0)))).sub ?? "";
  } catch {
    return "";
  }
}

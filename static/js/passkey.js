// Passkeys: the library's scripts do the talking to the device, told here what is where; troubles are said in words.
const form = document.querySelector("[data-passkey]");
const trouble = document.getElementById("passkey-trouble");
const ids = {
  add: "passkey-add",
  authenticate: "passkey-authenticate",
  credential: "passkey-credential",
  data: "passkey-data",
  login: "passkey-login",
  passwordless: "passkey-alone",
};
const kinds = { InvalidStateError: "known", NotAllowedError: "refused", AbortError: "refused" };

function say(error) {
  trouble.querySelector("span").textContent = trouble.dataset[kinds[error?.name] ?? "failed"];
  trouble.hidden = false;
}

if (form && window.PublicKeyCredential) {
  document.addEventListener("allauth.error", (event) => { event.preventDefault(); say(event.detail.exception); });
  form.addEventListener("click", () => { trouble.hidden = true; });
  window.allauth.webauthn.forms[form.dataset.passkey]({ ids });
  form.hidden = false;
} else if (form && form.dataset.passkey !== "loginForm") {
  form.hidden = true;
  say();
}

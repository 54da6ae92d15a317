// Staff pages: passkeys, one tap instead of two, and nothing that a page cannot do without.
//
// <form data-passkey="sign-in" data-options="/…/options" data-failed="…" hidden> asks the node for options, the device for the
// passkey, writes its answer into the field `credential` and sends the form. With data-passkey="add" a passkey is made.
import { say, whenTapped } from "./page";

type Options = Record<string, unknown>;

const fromBase64Url = (text: string): ArrayBuffer =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0)).buffer;

const toBase64Url = (bytes: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const withId = (known: unknown): unknown[] | undefined =>
  (known as { id: string }[] | undefined)?.map((c) => ({ ...c, id: fromBase64Url(c.id) }));

// Browsers before 2024-25 lack the JSON forms of WebAuthn level 3; these three do the same by hand.
export function creationOptions(json: Options): PublicKeyCredentialCreationOptions {
  if (PublicKeyCredential.parseCreationOptionsFromJSON) {
    return PublicKeyCredential.parseCreationOptionsFromJSON(json as unknown as PublicKeyCredentialCreationOptionsJSON);
  }
  const user = json.user as { id: string };
  return {
    ...json,
    challenge: fromBase64Url(json.challenge as string),
    user: { ...user, id: fromBase64Url(user.id) },
    excludeCredentials: withId(json.excludeCredentials),
  } as unknown as PublicKeyCredentialCreationOptions;
}

export function requestOptions(json: Options): PublicKeyCredentialRequestOptions {
  if (PublicKeyCredential.parseRequestOptionsFromJSON) {
    return PublicKeyCredential.parseRequestOptionsFromJSON(json as unknown as PublicKeyCredentialRequestOptionsJSON);
  }
  return {
    ...json,
    challenge: fromBase64Url(json.challenge as string),
    allowCredentials: withId(json.allowCredentials),
  } as unknown as PublicKeyCredentialRequestOptions;
}

export function credentialJson(credential: PublicKeyCredential): unknown {
  if (typeof credential.toJSON === "function") {
    try {
      return credential.toJSON();
    } catch {
      // Some password managers put a toJSON there that throws; the parts themselves are right.
    }
  }
  const answer = credential.response as AuthenticatorAttestationResponse & AuthenticatorAssertionResponse;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"] as const;
  const response: Options = {};
  for (const part of parts) {
    if (answer[part]) response[part] = toBase64Url(answer[part]);
  }
  if (answer.getTransports) response.transports = answer.getTransports();
  return {
    id: credential.id,
    rawId: toBase64Url(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}

async function usePasskey(form: HTMLFormElement): Promise<void> {
  // The options need the form's own fields: the user name, if asked, and the antiforgery token.
  const answer = await fetch(form.dataset.options!, { method: "POST", body: new FormData(form), credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  const json = await answer.json() as Options;
  const credential = form.dataset.passkey === "add"
    ? await navigator.credentials.create({ publicKey: creationOptions(json) })
    : await navigator.credentials.get({ publicKey: requestOptions(json) });
  if (!credential) throw new Error("none");
  (form.elements.namedItem("credential") as HTMLInputElement).value =
    JSON.stringify(credentialJson(credential as PublicKeyCredential));
  form.submit();
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      say(form, "");
      usePasskey(form).catch(() => say(form, form.dataset.failed));
    });
  }
}
// A second tap sends nothing while the first is under way. The node does a form once by its key anyway; this spares the
// steps of signing in, which take none, and the wait. Coming back to the page frees its forms.
const underWay = 10_000;
document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "sent";
  setTimeout(() => delete form.dataset.sent, underWay);
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll<HTMLFormElement>("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

document.querySelectorAll<HTMLButtonElement>("button[data-print]").forEach((b) => whenTapped(b, () => window.print()));
document.getElementById("errors")?.focus();

// Whoever signs out takes the form of groups along; so does whoever is asked to sign in. What has not been sent stays theirs.
const signOut = document.querySelector<HTMLFormElement>('form[action="/staff/sign-out"]');
const keeps = (flag: string): boolean => {
  try {
    return !!localStorage.getItem(flag);
  } catch {
    return false; // Storage is switched off: nothing is kept.
  }
};
const forget = async (): Promise<void> => {
  if (keeps("tambo-field")) await import("./field-store").then((field) => field.forget()).then(() => localStorage.removeItem("tambo-field")).catch(() => undefined);
};
// Kept cases open without internet until somebody signs out; being asked to sign in again takes nothing from whoever has a weak network.
const lock = async (): Promise<void> => {
  if (keeps("tambo-vault")) await import("./vault-watch").then((vault) => vault.signOut()).catch(() => undefined);
};
if (!signOut && !document.getElementById("collect") && !document.getElementById("vault") && keeps("tambo-field")) void forget();
signOut?.addEventListener("submit", (event) => {
  if (!keeps("tambo-field") && !keeps("tambo-vault")) return;
  event.preventDefault();
  void Promise.all([forget(), lock()]).then(() => signOut.submit());
});
// Kept cases are destroyed when they are to be, also by whoever opens another page.
if (keeps("tambo-vault") && !document.getElementById("vault")) void import("./vault-watch").then((vault) => vault.watch()).catch(() => undefined);

// The keys of what is kept on a device. A PIN makes a key by a slow hash; the node's part, which only somebody who is signed in and
// proves the PIN is given, makes of it the key that wraps the vault's own. Nothing here is stored; what is stored is sealed by it.

/** As recommended for PBKDF2 with SHA-256; about half a second of a telephone for each try. */
export const ITERATIONS = 600_000;

const text = new TextEncoder();
type Bytes = Uint8Array<ArrayBuffer>;

export const random = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length));
export const base64 = (bytes: ArrayBuffer | Bytes): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
export const unbase64 = (said: string): Bytes => Uint8Array.from(atob(said.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
export const hex = (bytes: ArrayBuffer): string => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
export const hashOf = async (said: string): Promise<string> => hex(await crypto.subtle.digest("SHA-256", text.encode(said)));

/** What a PIN comes to: the same each time, and slow. */
export async function stretch(pin: string, salt: Bytes, iterations: number): Promise<CryptoKey> {
  const typed = await crypto.subtle.importKey("raw", text.encode(pin.normalize("NFKC")), "PBKDF2", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, typed, 256);
  return crypto.subtle.importKey("raw", bits, "HKDF", false, ["deriveKey", "deriveBits"]);
}

const hkdf = (salt: Bytes, info: string): HkdfParams => ({ name: "HKDF", hash: "SHA-256", salt, info: text.encode(info) });

/** What proves to the node that the PIN is known; of no use for anything else. */
export const proofOf = async (stretched: CryptoKey): Promise<string> => base64(await crypto.subtle.deriveBits(hkdf(random(0), "tambo vault proof"), stretched, 256));

/** The key that wraps the vault's own: of PIN and node's part together. */
export const wrapping = (stretched: CryptoKey, part: Bytes, vault: string): Promise<CryptoKey> =>
  crypto.subtle.deriveKey(hkdf(part, `tambo vault ${vault}`), stretched, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);

/** A key that the browser keeps and never gives out; what it seals is gone with it. */
export const staying = (): Promise<CryptoKey> => crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);

/** Seals bytes (AES-256-GCM): nonce and ciphertext in one; `about` is authenticated with them. */
export async function seal(key: CryptoKey, plain: Bytes, about: string): Promise<Bytes> {
  const iv = random(12);
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: text.encode(about) }, key, plain));
  const all = new Uint8Array(iv.length + sealed.length);
  all.set(iv);
  all.set(sealed, iv.length);
  release(sealed);
  return all;
}

/** Gives memory back at once, where the browser can: what is garbage of a day of files would otherwise lie there all together. */
export function release(bytes: Bytes): void {
  (bytes.buffer as ArrayBuffer & { transfer?: (length: number) => ArrayBuffer }).transfer?.(0);
}

/** Opens what was sealed; throws where the key, the bytes or what they are about are others. */
export const open = async (key: CryptoKey, sealed: Bytes, about: string): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.slice(0, 12), additionalData: text.encode(about) }, key, sealed.subarray(12)));

/** The keys that the vault's own comes to: one seals records, one hides which record is which. */
export async function keysOf(own: Bytes): Promise<{ seals: CryptoKey; slots: CryptoKey }> {
  const root = await crypto.subtle.importKey("raw", own, "HKDF", false, ["deriveKey"]);
  own.fill(0);
  return {
    seals: await crypto.subtle.deriveKey(hkdf(random(0), "records"), root, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]),
    slots: await crypto.subtle.deriveKey(hkdf(random(0), "slots"), root, { name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign"]),
  };
}

/** Where a record lies: nobody without the key can tell which record it is. */
export const slotOf = async (slots: CryptoKey, name: string): Promise<string> => hex(await crypto.subtle.sign("HMAC", slots, text.encode(name))).slice(0, 32);

const BLOCK = 512;

/** A record as bytes, filled up to whole blocks, so that its length says little. */
export function filled(value: unknown): Bytes {
  const json = text.encode(JSON.stringify(value));
  const all = new Uint8Array(Math.ceil(json.length / BLOCK) * BLOCK).fill(32);
  all.set(json);
  return all;
}

/** A piece of a file, filled up to blocks so large that its length names no file. */
export function rounded(bytes: Bytes): Bytes {
  const all = new Uint8Array(Math.ceil(bytes.length / (BLOCK * 128)) * BLOCK * 128);
  all.set(bytes);
  return all;
}

export const unfilled = <T>(bytes: Bytes): T => JSON.parse(new TextDecoder().decode(bytes)) as T;

/** True for what anybody would try first. */
export function isWeak(pin: string): boolean {
  if (pin.length < 6) return true;
  const steps = [...pin].slice(1).map((c, i) => c.charCodeAt(0) - pin.charCodeAt(i));
  const half = pin.slice(0, Math.floor(pin.length / 2)), third = pin.slice(0, Math.floor(pin.length / 3));
  return new Set(pin).size < 3 || steps.every((step) => step === 1) || steps.every((step) => step === -1)
    || half + half === pin || third + third + third === pin
    // A day, month and year, in whatever order.
    || /^(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])(19|20)?\d\d$/.test(pin) || /^(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(19|20)?\d\d$/.test(pin) || /^(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])?$/.test(pin)
    || ["147258", "159753", "258456", "741852", "963852", "147852", "password", "qwerty", "asdfgh"].some((known) => pin.toLowerCase().startsWith(known));
}

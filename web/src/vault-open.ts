// Makes a vault, opens it, and gives it another PIN: where the two parts of its key come together.
import { Box, uuid } from "./vault-box";
import { ITERATIONS, base64, hashOf, keysOf, open, proofOf, random, seal, staying, stretch, unbase64, wrapping } from "./vault-keys";
import { Refusal, post, sender, type Sender } from "./vault-node";
import { fact, headOf, heads, keepFact, keepHead, reviseHead, type Head } from "./vault-store";
import { FLAG, decidePin, isOver, opensAlone, settlePin, wipe } from "./vault-watch";

export const MOST_TRIES = 10;

async function ownerOf(user: string): Promise<string> {
  let salt = await fact<string>("salt");
  if (!salt) await keepFact("salt", salt = base64(random(32)));
  return hashOf(`${salt} ${user}`);
}

/** The vault to open: of whoever is signed in, or, where the node cannot be asked, of whoever was last and has not signed out. */
export async function vaultFor(user: string | undefined): Promise<Head | undefined> {
  if (!user) {
    const current = await fact<string>("current");
    return current ? headOf(current) : undefined;
  }
  const owner = await ownerOf(user), all = await heads();
  const own = all.find((head) => head.owner === owner);
  // Somebody else has taken the device over: what they cannot open stays, and opens for nobody but by the node.
  for (const head of all) if (head !== own && head.stay) await reviseHead(head.id, (now) => ({ ...now, stay: undefined }));
  await keepFact("current", own?.id);
  return own;
}

interface Given { id: string; part: string; token: string; openHours: number; forgetDays: number; clockOff: number }

const stayOf = async (part: Uint8Array<ArrayBuffer>, id: string, hours: number): Promise<Head["stay"]> => {
  if (!hours) return undefined;
  const key = await staying();
  return { key, part: await seal(key, part, id) };
};

/** The tries are used up: everything is destroyed. Before that, how many are left. */
async function wrong(head: Head): Promise<never> {
  if (head.tries < MOST_TRIES) throw new Refusal("wrong", MOST_TRIES - head.tries);
  await wipe(head);
  throw new Refusal("gone");
}

/** One more try, counted on the disk before it is looked at: whoever pulls the plug gains none. */
async function counted(id: string): Promise<Head> {
  const head = await reviseHead(id, (now) => ({ ...now, tries: now.tries + 1 }));
  if (!head) throw new Refusal("gone");
  return head;
}

/** The node's part, for whoever is signed in and proves that they know the PIN. */
async function partOf(head: Head, who: Sender, stretched: CryptoKey): Promise<Given> {
  const answer = await post(who, `/${head.device}/open`, { proof: await proofOf(stretched), now: new Date().toISOString() });
  if (answer.status === 410) {
    await wipe(head);
    throw new Refusal("gone");
  }
  if (answer.status === 403) return wrong(head);
  if (!answer.ok) throw new Refusal("far");
  return await answer.json() as Given;
}

/** Makes a vault on this device for whoever is signed in. */
export async function enrol(name: string, pin: string, rights: string): Promise<Box> {
  const who = await sender(), salt = random(32), stretched = await stretch(pin, salt, ITERATIONS);
  const answer = await post(who, "", { name, proof: await proofOf(stretched), now: new Date().toISOString() }, crypto.randomUUID?.() ?? base64(random(16)));
  if (answer.status === 409) throw new Refusal("many");
  if (answer.status !== 201) throw new Refusal("failed");
  const given = await answer.json() as Given, id = base64(random(16)), own = random(32), part = unbase64(given.part);
  const head: Head = {
    id, owner: await ownerOf(who.user), device: given.id, token: given.token, salt, iterations: ITERATIONS, wrapped: await seal(await wrapping(stretched, part, id), own, id),
    stay: await stayOf(part, id, given.openHours), openHours: given.openHours, forgetDays: given.forgetDays, contactAt: Date.now(), latest: Date.now(), tries: 0,
  };
  const box = new Box(head, await keysOf(own), who.user, rights, given.clockOff);
  localStorage.setItem(FLAG, "1");
  await keepHead(head);
  await keepFact("current", id);
  await box.keep([{ kind: "memory", id: "", value: box.memory }]);
  void navigator.storage?.persist?.();
  return box;
}

/** Opens a vault: with the node where it answers, without it for some hours after the last contact. */
export async function unlock(known: Head, pin: string): Promise<Box> {
  let head = await counted((await settlePin(known)).id);
  const stretched = await stretch(pin, head.salt, head.iterations);
  let part: Uint8Array<ArrayBuffer>, given: Given | undefined;
  try {
    const who = await sender();
    if (await ownerOf(who.user) !== head.owner) {
      // Somebody else has taken the device over: from now on it opens by the node alone, for whoever it is of.
      await reviseHead(head.id, (now) => ({ ...now, tries: now.tries - 1, stay: undefined }));
      throw new Refusal("other");
    }
    given = await partOf(head, who, stretched);
    part = unbase64(given.part);
  } catch (failure) {
    if (!(failure instanceof Refusal) || failure.reason === "wrong" || failure.reason === "gone" || failure.reason === "other") throw failure;
    // No network, or nobody signed in.
    if (isOver(head)) {
      await wipe(head);
      throw new Refusal("gone");
    }
    if (!opensAlone(head) || !head.stay) {
      await reviseHead(head.id, (now) => ({ ...now, tries: now.tries - 1, stay: undefined }));
      throw failure;
    }
    part = await open(head.stay.key, head.stay.part, head.id);
  }
  let own: Uint8Array<ArrayBuffer>;
  try {
    own = await open(await wrapping(stretched, part, head.id), head.wrapped, head.id);
  } catch {
    return await wrong(head);
  }
  const stay = given && await stayOf(part, head.id, given.openHours), now = Date.now();
  const opened = await reviseHead(head.id, (one) => given
    ? { ...one, tries: 0, latest: now, contactAt: now, openHours: given.openHours, forgetDays: given.forgetDays, stay }
    : { ...one, tries: 0, latest: Math.max(one.latest, now) });
  if (!opened) throw new Refusal("gone");
  head = opened;
  const box = new Box(head, await keysOf(own), "");
  await box.load();
  if (given) await box.remember({ clockOff: given.clockOff });
  return box;
}

/**
 * Gives the vault another PIN, for whoever knows the one before. The node is given another part of the key with it: what was wrapped
 * before opens with nothing any more.
 */
export async function changePin(box: Box, before: string, pin: string): Promise<void> {
  const who = await sender();
  if (who.user !== box.memory.user) throw new Refusal("signed-out");
  if ((await settlePin(await headOf(box.head.id) ?? box.head)).next) throw new Refusal("unsure");
  const head = await counted(box.head.id);
  const stretched = await stretch(before, head.salt, head.iterations);
  const given = await partOf(head, who, stretched).catch(async (failure: unknown) => {
    if (failure instanceof Refusal && failure.reason === "far") await reviseHead(head.id, (now) => ({ ...now, tries: now.tries - 1 }));
    throw failure;
  });
  const own = await open(await wrapping(stretched, unbase64(given.part), head.id), head.wrapped, head.id).catch(() => wrong(head));
  const part = random(32), salt = random(32), fresh = await stretch(pin, salt, ITERATIONS);
  const next = { salt, iterations: ITERATIONS, wrapped: await seal(await wrapping(fresh, part, head.id), own, head.id), mark: await hashOf(base64(part)), at: Date.now() };
  own.fill(0);
  // On the disk before the node hears of it: whichever part the node has afterwards, one of the two opens.
  const both = await reviseHead(head.id, (now) => ({ ...now, tries: 0, next }));
  if (!both) throw new Refusal("gone");
  const told = await post(who, `/${head.device}/pin`, { proof: await proofOf(stretched), newProof: await proofOf(fresh), newPart: base64(part) }, uuid()).catch(() => undefined);
  if (told?.status === 410) {
    await wipe(both);
    throw new Refusal("gone");
  }
  // Whatever else came back, the part itself says which counts: a browser sends again what it got no answer to, and only the first was done.
  box.head = told?.ok ? await decidePin(both, true) : await settlePin(both);
  if (box.head.next) throw new Refusal("unsure");
  if (box.head.wrapped !== next.wrapped) throw new Refusal("far");
  const stay = await stayOf(part, head.id, head.openHours);
  box.head = await reviseHead(head.id, (now) => ({ ...now, stay })) ?? box.head;
}

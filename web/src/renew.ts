// Packs that lie on the device are brought up to date by whatever public page is opened, once a day: a place that was hidden
// meanwhile must not stay there until somebody thinks of it. Mostly that costs a few hundred bytes.
import { fetchPack, type Kept } from "./pack";
import { read, readAll } from "./store";

/** When packs were last looked at, by the device's clock; not there when there are none. */
const LOOKED = "tambo-packs";

export const looked = (): void => localStorage.setItem(LOOKED, String(Date.now()));
export const noPacks = (): void => localStorage.removeItem(LOOKED);

export async function renewPacks(): Promise<void> {
  const [packs, key] = await Promise.all([readAll<Kept>("packs"), read<string>("keys", "packs")]);
  if (!packs.length || !key) return noPacks();
  for (const { manifest } of packs) {
    // Without a network, or refused: the pack stays as it is, and the next page tries again.
    await fetchPack(manifest.language, manifest.area, key).then(looked, () => undefined);
  }
}

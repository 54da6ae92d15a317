// Builds web/dist: minified, named by content, with brotli and gzip forms beside each file, and manifest.json,
// which src/Platform/Shell/SiteAssets.cs reads from the embedded copy.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, extname } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { png } from "./icon.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const dist = `${here}dist/`;
const types = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
};

// Leaflet's stylesheet names pictures that our map never shows.
const withoutPictures = {
  name: "without-pictures",
  setup: (b) => b.onLoad({ filter: /\.png$/ }, () => ({ contents: "", loader: "dataurl" })),
};

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });

const result = await build({
  absWorkingDir: here,
  entryPoints: [
    "src/a.ts", "src/staff.ts", "src/map.ts", "src/offline.ts", "src/find.ts", "src/feedback.ts", "src/cards.ts", "src/screen.ts", "src/flows.ts", "src/field.ts", "src/vault.ts", "src/follow.ts",
    "css/public.css", "css/staff.css", "css/map.css", "css/charts.css", "css/kept.css", "css/cards.css", "css/sheet.css", "css/screen.css", "css/flows.css", "css/field.css",
  ],
  outdir: "dist",
  bundle: true,
  minify: true,
  splitting: true,
  format: "esm",
  charset: "utf8",
  target: ["es2020", "chrome87", "firefox78", "safari15"],
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  legalComments: "none",
  metafile: true,
  write: false,
  plugins: [withoutPictures],
});

const entryOf = new Map(
  Object.entries(result.metafile.outputs)
    .filter(([, output]) => output.entryPoint)
    .map(([path, output]) => [basename(path), basename(output.entryPoint).replace(/\.ts$/, ".js")]));

const manifest = {};
const add = (name, file, bytes) => {
  const brotli = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  const gzip = gzipSync(bytes, { level: 9 });
  writeFileSync(dist + file, bytes);
  writeFileSync(`${dist}${file}.br`, brotli);
  writeFileSync(`${dist}${file}.gz`, gzip);
  manifest[name] = {
    file,
    type: types[extname(file)],
    sha256: createHash("sha256").update(bytes).digest("base64"),
    bytes: bytes.length,
    brotli: brotli.length,
    gzip: gzip.length,
  };
};

for (const output of result.outputFiles) {
  const file = basename(output.path);
  add(entryOf.get(file) ?? file, file, Buffer.from(output.contents));
}

const addPicture = (picture, bytes) => {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8);
  add(picture, picture.replace(".", `-${hash}.`), bytes);
};
addPicture("mark.svg", readFileSync(`${here}mark.svg`));
addPicture("cards.svg", readFileSync(`${here}cards.svg`));
addPicture("icon-192.png", png(192));
addPicture("icon-512.png", png(512));
addPicture("icon-mask.png", png(512, .7));
addPicture("icon-touch.png", png(180, .85));

// The service worker has one address for good, so its name carries no hash; the node writes its settings before it.
const worker = await build({
  absWorkingDir: here,
  entryPoints: ["src/sw.ts"],
  bundle: true,
  minify: true,
  format: "iife",
  charset: "utf8",
  target: ["es2020", "chrome87", "firefox78", "safari15"],
  legalComments: "none",
  write: false,
});
add("sw.js", "sw.js", Buffer.from(worker.outputFiles[0].contents));

// For the tests alone: in a folder below, which the node does not embed.
await build({
  absWorkingDir: here, entryPoints: ["src/proof.ts"], outdir: "dist/proof", bundle: true, format: "iife", charset: "utf8",
  target: ["es2020"],
});

const ordered = Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(`${dist}manifest.json`, `${JSON.stringify(ordered, null, 1)}\n`);
for (const [name, asset] of Object.entries(ordered)) {
  console.log(`${name.padEnd(22)} ${String(asset.bytes).padStart(7)} B  br ${String(asset.brotli).padStart(6)}`);
}

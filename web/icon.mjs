// Draws the mark as PNG, for home screens that do not take SVG: the strokes of mark.svg, each pixel covered as far as it
// lies under a stroke.
import { deflateSync } from "node:zlib";

const ground = [0x0b, 0x4f, 0x54];
const roof = [0xfb, 0xf8, 0xf3];
const road = [0xf0, 0xb5, 0x5b];
const width = 2.6;

const curve = ([x0, y0], [x1, y1], [x2, y2], [x3, y3]) => Array.from({ length: 25 }, (_, i) => {
  const t = i / 24, s = 1 - t;
  const mix = (a, b, c, d) => s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d;
  return [mix(x0, x1, x2, x3), mix(y0, y1, y2, y3)];
});

// In units of the mark, 32 a side.
const strokes = [
  [roof, [[5, 16], [16, 6], [27, 16]]],
  [roof, [[9, 14], [9, 21], [14, 21], [14, 17], [18, 17], [18, 21], [23, 21], [23, 14]]],
  [road, curve([4, 27], [10, 27], [11, 25], [16, 25]).concat(curve([16, 25], [21, 25], [22, 27], [28, 27]))],
];

const distance = (x, y, [ax, ay], [bx, by]) => {
  const [dx, dy] = [bx - ax, by - ay];
  const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
};

const crc = (bytes) => {
  let value = ~0;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return ~value >>> 0;
};

const chunk = (type, data) => {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc(body));
  return Buffer.concat([length, body, sum]);
};

/** The mark in a square; a share below one leaves a border, as masks of home screens cut up to a fifth away. */
export function png(side, share = 1) {
  const rows = Buffer.alloc(side * (side * 3 + 1));
  const unit = 32 / share / side, away = (32 / share - 32) / 2;
  for (let row = 0, at = 0; row < side; row++) {
    at++;
    for (let column = 0; column < side; column++) {
      const [x, y] = [(column + .5) * unit - away, (row + .5) * unit - away];
      let colour = ground;
      for (const [ink, points] of strokes) {
        let near = Infinity;
        for (let i = 1; i < points.length; i++) near = Math.min(near, distance(x, y, points[i - 1], points[i]));
        const cover = Math.min(1, Math.max(0, (width / 2 - near) / unit + .5));
        if (cover > 0) colour = colour.map((value, i) => Math.round(value + (ink[i] - value) * cover));
      }
      for (const value of colour) rows[at++] = value;
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", head), chunk("IDAT", deflateSync(rows, { level: 9 })), chunk("IEND", Buffer.alloc(0)),
  ]);
}

import { deflateSync } from 'node:zlib';

/** The picture of public/icon.svg in its own units, 64 by 64. */
const side = 64;
const corner = 14;
const ground = [15, 76, 92];
const light = [244, 239, 230];
const dots = [
  { x: 14, y: 46, color: [232, 163, 61] },
  { x: 32, y: 32, color: light },
  { x: 50, y: 18, color: [127, 209, 193] },
];
const dotRadius = 6;
const lineWidth = 5;
/** Of the cubic curves of the path: its ends and handles. */
const curves = [
  [14, 46, 24, 46, 22, 32, 32, 32],
  [32, 32, 42, 32, 40, 18, 50, 18],
] as const;
const line = curves.flatMap(([ax, ay, bx, by, cx, cy, dx, dy]) =>
  Array.from({ length: 33 }, (_, i) => {
    const [t, s] = [i / 32, 1 - i / 32];
    const at = (a: number, b: number, c: number, d: number): number =>
      s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d;
    return { x: at(ax, bx, cx, dx), y: at(ay, by, cy, dy) };
  }),
);

/** The colour at a point, or null outside the picture's rounded corners. */
function colorAt(x: number, y: number, square: boolean): readonly number[] | null {
  const near = (p: { x: number; y: number }, radius: number): boolean =>
    (x - p.x) * (x - p.x) + (y - p.y) * (y - p.y) <= radius * radius;
  const dot = dots.find((d) => near(d, dotRadius));
  if (dot) return dot.color;
  const about = x > 14 && x < 50 && Math.abs(x + y - side) < 14;
  if (about && line.some((p) => near(p, lineWidth / 2))) return light;
  const beyond = (v: number): number => Math.max(corner - v, v - (side - corner), 0);
  if (!square && Math.hypot(beyond(x), beyond(y)) > corner) return null;
  return ground;
}

/**
 * The app's icon as a PNG, for devices that take no SVG. A maskable one fills
 * its square and keeps the picture in the middle, for any mask to cut.
 */
export function iconPng(size: number, maskable: boolean): Buffer {
  const samples = 2;
  const scale = maskable ? 1.25 : 1;
  const rows = Buffer.alloc(size * (1 + size * 4));
  const place = (pixel: number, sample: number): number =>
    ((pixel + (sample + 0.5) / samples) / size - 0.5) * side * scale + side / 2;
  for (let py = 0; py < size; py++) {
    for (let px = 0; px < size; px++) {
      const sum = [0, 0, 0];
      let covered = 0;
      for (let s = 0; s < samples * samples; s++) {
        const color = colorAt(place(px, s % samples), place(py, Math.floor(s / samples)), maskable);
        if (!color) continue;
        covered++;
        color.forEach((value, i) => (sum[i] = (sum[i] ?? 0) + value));
      }
      const at = py * (1 + size * 4) + 1 + px * 4;
      sum.forEach((value, i) => (rows[at + i] = covered ? Math.round(value / covered) : 0));
      rows[at + 3] = Math.round((255 * covered) / (samples * samples));
    }
  }
  return png(size, rows);
}

/** A PNG of eight-bit RGBA rows, each led by its filter byte. */
function png(size: number, rows: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, 'latin1');
  data.copy(out, 8);
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

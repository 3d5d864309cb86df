// A record sleeve drawn from a song's id: the tables of sleeve.rs.
const TONES = "ff6b4affd9a0 2d5d7bf2b84b 7b3f61f4a7a0 1f6f5cf6e3b4 e8a33d5a2a27 35427fe98f6f b33951f3d9c9 3f7d8cf0e6d2 5b3fa0ffc857 d9734e2b2140 466b3fe9d26b e7c8b58c3b4a".split(" ");
const SHAPES = [
  ["M9 24a15 15 0 0 1 30 0 15 15 0 0 1-30 0z", "M15 24a9 9 0 0 1 18 0 9 9 0 0 1-18 0z", 0],
  ["M48 48H10a38 38 0 0 1 38-38z", "M24 48a24 24 0 0 1 24-24", 0],
  ["M8 30a16 16 0 0 1 32 0z", "M0 35h48M0 41h48", 1],
  ["M0 48 48 0v48z", "M0 36 36 0", 1],
  ["M9 48V29a15 15 0 0 1 30 0v19z", "M16 48V29a8 8 0 0 1 16 0v19", 0],
  ["M0 30c8-10 16-10 24 0s16 10 24 0v18H0z", "M0 19c8-10 16-10 24 0s16 10 24 0", 1],
];
/** Draws into an SVG that has the three paths of parts/song_blank.html. */
export function draw(sleeve, id) {
  let hash = 0x811c9dc5;
  for (const byte of id.replaceAll("-", "").match(/[0-9a-f]{2}/gi) ?? []) hash = Math.imul(hash ^ parseInt(byte, 16), 0x01000193);
  hash >>>= 0;
  const tones = TONES[hash % 12];
  const pair = ["#" + tones.slice(0, 6), "#" + tones.slice(6)];
  const [shape, groove, tone] = SHAPES[(hash >>> 8) % 6];
  const [a, b, c] = sleeve.querySelectorAll("path:not(.gr)");
  a.setAttribute("fill", pair[0]);
  b.setAttribute("fill", pair[1]);
  b.setAttribute("d", shape);
  c.setAttribute("stroke", pair[tone]);
  c.setAttribute("d", groove);
}

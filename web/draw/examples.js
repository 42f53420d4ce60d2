// Drawings to begin with: the data sets of the demos (models/toy/datasets.py), in fewer points.

const around = (count, place) => Array.from({ length: count }, (_, i) => place(i / count, i));

/** The video's spiral in three classes, from the inside out. */
function spiral() {
  const points = around(60, (part) => {
    const t = Math.PI / 2 + 5 * Math.PI * part;
    return [(t * Math.cos(t)) / (5 * Math.PI), (t * Math.sin(t)) / (5 * Math.PI)];
  });
  return [points.slice(0, 18), points.slice(18, 36), points.slice(36)];
}

function moons() {
  const arc = around(24, (part) => (Math.PI * part * 24) / 23);
  return [arc.map((a) => [Math.cos(a) - 0.5, Math.sin(a) - 0.25]), arc.map((a) => [0.5 - Math.cos(a), 0.25 - Math.sin(a)])];
}

function circle() {
  return [around(40, (part) => [Math.cos(2 * Math.PI * part), Math.sin(2 * Math.PI * part)])];
}

/** Two clouds: sunflower seeds, which are as spread as random ones and always the same. */
function blobs() {
  const seeds = around(24, (part, i) => [0.45 * Math.sqrt(part), i * Math.PI * (3 - Math.sqrt(5))]);
  return [-0.8, 0.8].map((at) => seeds.map(([r, angle]) => [at + r * Math.cos(angle), 0.5 * at + r * Math.sin(angle)]));
}

export const EXAMPLES = [
  ["spiral", "spiral", spiral],
  ["moons", "two moons", moons],
  ["circle", "circle", circle],
  ["blobs", "two blobs", blobs],
];

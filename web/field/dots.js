// Many dots, quickly: each colour is drawn once, and that small picture is then put everywhere.

/**
 * Draw dots at `values`, (N, 2) of the plane. `colour(index)` is a dot's; with an edge in the panel's
 * colour dots stay apart. `offset` and `count` choose a part of the values.
 */
export function drawDots(context, view, { values, radius, colour, edge = null, offset = 0, count = values.length / 2 }) {
  const stamps = new Map();
  const ratio = context.getTransform().a || 1;
  const { width, height } = view;
  for (let i = 0; i < count; i++) {
    const [across, down] = view.toScreen(values[2 * (offset + i)], values[2 * (offset + i) + 1]);
    if (!(across > -radius && across < width + radius && down > -radius && down < height + radius)) continue;
    const paint = colour(i);
    if (!stamps.has(paint)) stamps.set(paint, stamp(paint, radius, edge, ratio));
    const { picture, half } = stamps.get(paint);
    context.drawImage(picture, across - half, down - half, 2 * half, 2 * half);
  }
}

function stamp(colour, radius, edge, ratio) {
  const half = Math.ceil(radius + 2);
  const picture = new OffscreenCanvas(2 * half * ratio, 2 * half * ratio);
  const context = picture.getContext("2d");
  context.scale(ratio, ratio);
  context.beginPath();
  context.arc(half, half, radius, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.fill();
  if (edge) {
    context.strokeStyle = edge;
    context.lineWidth = 1;
    context.stroke();
  }
  return { picture, half };
}

// Many dots, quickly: an arc each, which costs a third of a small picture put everywhere, and of one path with all.

/**
 * Draw dots at `values`, (N, 2) of the plane. `colour(index)` is a dot's; with an edge in the panel's
 * colour dots stay apart.
 */
export function drawDots(context, view, { values, radius, colour, edge = null }) {
  const { width, height } = view;
  const pixels = view.allToScreen(values);
  for (let i = 0; 2 * i < pixels.length; i++) {
    const [across, down] = [pixels[2 * i], pixels[2 * i + 1]];
    if (!(across > -radius && across < width + radius && down > -radius && down < height + radius)) continue;
    if (edge) drawDot(context, across, down, radius + 0.5, edge);
    drawDot(context, across, down, edge ? radius - 0.5 : radius, colour(i));
  }
}

function drawDot(context, across, down, radius, colour) {
  context.fillStyle = colour;
  context.beginPath();
  context.arc(across, down, radius, 0, 2 * Math.PI);
  context.fill();
}

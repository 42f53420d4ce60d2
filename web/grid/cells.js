// What stands where in a grid of pictures, and what is said of a cell.

/** The words of a cell: its own label, or those of its row and its column. */
export function wordsOf(about, place) {
  if (about.labels[place]) return about.labels[place];
  const row = about.row_labels[Math.floor(place / about.columns)];
  const column = about.column_labels[place % about.columns];
  return [row, column].filter(Boolean).join("  ") || String(place + 1);
}

/** The grid as rows of what stands in them: `{kind: "corner" | "column" | "row" | "cell", place}`. */
export function laidOut(about, count) {
  const above = about.column_labels.length > 0;
  const beside = about.row_labels.length > 0;
  const all = [];
  if (above) {
    if (beside) all.push({ kind: "corner" });
    for (let column = 0; column < about.columns; column++) all.push({ kind: "column", place: column });
  }
  for (let place = 0; place < count; place++) {
    if (beside && place % about.columns === 0) all.push({ kind: "row", place: place / about.columns });
    all.push({ kind: "cell", place });
  }
  return all;
}

/** The next cell in a direction of the keyboard, or the same where there is none. */
export function neighbour(place, key, columns, count) {
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[key] ?? 0;
  const next = place + by;
  return next >= 0 && next < count ? next : place;
}

// Widgets that the page hangs on a node while it draws it.

/** Have `redraw` called one frame after a node was drawn with another number of widgets than before.
 *
 *  The page adds its preview of an animation in the middle of a drawing. Some pages (1.49 is one) place such an
 *  element only when they draw the next time; until then it lies over the graph, as wide as the window. */
export function redrawnWhenWidgetsCome(node, redraw, nextFrame = requestAnimationFrame) {
  const drawn = node.onDrawForeground;
  let count = node.widgets?.length ?? 0;
  node.onDrawForeground = function (...all) {
    const answer = drawn?.apply(this, all);
    const now = this.widgets?.length ?? 0;
    if (now !== count) nextFrame(redraw);
    count = now;
    return answer;
  };
}

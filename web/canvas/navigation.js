// Moving about a plane by hand: drag to pan; wheel, + and − to zoom once it has the focus; 0 shows all again.

const STEP = 1.25;

/**
 * Let a stage's pointer and keys move a view. `hovered(place or null)` hears where the pointer is in the
 * plane, `changed()` that the view moved. `drags(event)` may keep a press for itself by returning false.
 */
export function navigate(stage, view, { changed, hovered = () => {}, drags = () => true }) {
  const canvas = stage.element;
  let held = null;
  const move = (how) => (event) => {
    event.preventDefault();
    event.stopPropagation();
    how(event);
    changed();
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.focus({ preventScroll: true });
    if (!drags(event)) return;
    held = stage.place(event);
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    const place = stage.place(event);
    if (held) {
      view.pan(place[0] - held[0], place[1] - held[1]);
      held = place;
      changed();
    }
    hovered(view.toPlane(...place));
  });
  const release = () => (held = null);
  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", release);
  canvas.addEventListener("pointerleave", () => hovered(null));
  canvas.addEventListener("dblclick", move(() => view.home()));
  // Without the focus the wheel is the page's: nobody who moves about the graph should be caught here.
  const zoom = move((event) => view.zoomAt(...stage.place(event), STEP ** (-event.deltaY / 100)));
  canvas.addEventListener("wheel", (event) => document.activeElement === canvas && zoom(event), { passive: false });
  canvas.addEventListener("keydown", (event) => {
    const centre = [view.width / 2, view.height / 2];
    const keys = {
      "+": () => view.zoomAt(...centre, STEP),
      "-": () => view.zoomAt(...centre, 1 / STEP),
      0: () => view.home(),
    };
    if (keys[event.key] && !event.ctrlKey && !event.metaKey) move(keys[event.key])(event);
  });
}

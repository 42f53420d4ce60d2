// A cell's file, dragged: dropped on the canvas, the page opens the workflow inside it.

/** Let an element be dragged as the file at an address. The page reads the first address that is dropped. */
export function dragAsFile(element, address, name) {
  element.draggable = true;
  element.addEventListener("dragstart", (event) => {
    event.stopPropagation();
    const whole = new URL(address, location.href).href;
    event.dataTransfer.clearData();
    event.dataTransfer.setData("text/uri-list", whole);
    event.dataTransfer.setData("text/plain", whole);
    event.dataTransfer.setData("DownloadURL", `${typeOf(name)}:${name}:${whole}`);
    event.dataTransfer.effectAllowed = "copy";
  });
}

/** The media type of a picture's file, by its name. */
export function typeOf(name) {
  return name.endsWith(".webp") ? "image/webp" : "image/png";
}

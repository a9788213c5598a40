// Pictures in texts: read from a file of this computer, shown if their bytes are here.
"use strict";

// What a file holds, as an address that can be sent and shown.
function written(file) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => done(reader.result));
    reader.addEventListener("error", () => failed(new Error("That file cannot be read.")));
    reader.readAsDataURL(file);
  });
}

// Shown if its bytes are here; otherwise what there is of it.
function picture(address, nth, message) {
  const link = element("a", "a picture"), shown = element("img");
  if (/^https?:\/\//.test(address)) link.href = address;
  Object.assign(link, { target: "_blank", rel: "noopener noreferrer", title: address.slice(0, 120) });
  const source = /^data:image\/(png|jpeg|gif|webp)/.test(address) ? address : message && `/sandbox/media/${message}/${nth}`;
  if (!source) return link;
  Object.assign(shown, { src: source, alt: "a picture" });
  shown.addEventListener("error", () => shown.replaceWith(link));
  return shown;
}

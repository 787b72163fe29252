"use strict";
// Pages that zoom and pan, with a tooltip for each card.
const tip = document.getElementById("tip");
let current = null;

async function unpacked() {
  const bytes = Uint8Array.from(atob(document.getElementById("data").textContent), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).json();
}

function element(name, text, kind) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function say(text, event) {
  tip.textContent = text;
  tip.hidden = false;
  const box = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(8, Math.min(event.clientX + 16, innerWidth - box.width - 8))}px`;
  tip.style.top = `${Math.max(8, Math.min(event.clientY + 16, innerHeight - box.height - 8))}px`;
}

function view(page) { return page.viewBox.baseVal; }

function zoom(page, factor, at) {
  const box = view(page);
  const place = at ?? { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  box.x = place.x + (box.x - place.x) * factor;
  box.y = place.y + (box.y - place.y) * factor;
  box.width *= factor;
  box.height *= factor;
}

function fit(page) {
  const box = view(page);
  [box.x, box.y, box.width, box.height] = [0, 0, Number(page.dataset.width), Number(page.dataset.height)];
}

function point(page, event) {
  return new DOMPoint(event.clientX, event.clientY).matrixTransform(page.getScreenCTM().inverse());
}

function fill(page, places, elements) {
  page.insertAdjacentHTML("beforeend", places.map((place) => elements[place]).join(""));
}

function tabs(count, shown, show) {
  document.getElementById("pages").replaceChildren(...[...Array(count > 1 ? count : 0).keys()].map((at) => {
    const tab = element("button", String(at + 1));
    tab.setAttribute("aria-pressed", String(at === shown));
    tab.addEventListener("click", () => show(at));
    return tab;
  }));
}

function live(page) {
  page.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(page, event.deltaY > 0 ? 1.15 : 1 / 1.15, point(page, event));
  }, { passive: false });
  let from = null;
  page.addEventListener("pointerdown", (event) => { from = point(page, event); });
  page.addEventListener("pointermove", (event) => {
    if (from && event.buttons) {
      const to = point(page, event);
      const box = view(page);
      box.x += from.x - to.x;
      box.y += from.y - to.y;
      return;
    }
    const card = event.target.closest("g[id]");
    const notes = card?.querySelector(":scope > title")?.textContent;
    if (notes) say(notes, event); else tip.hidden = true;
  });
  page.addEventListener("pointerleave", () => { tip.hidden = true; });
}

document.getElementById("in").addEventListener("click", () => zoom(current, 1 / 1.3));
document.getElementById("out").addEventListener("click", () => zoom(current, 1.3));
document.getElementById("fit").addEventListener("click", () => fit(current));
document.addEventListener("keydown", (event) => {
  if (event.target.tagName === "INPUT") return;
  if (event.key === "+") zoom(current, 1 / 1.3);
  if (event.key === "-") zoom(current, 1.3);
  if (event.key === "0") fit(current);
});

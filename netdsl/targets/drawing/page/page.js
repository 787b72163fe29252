"use strict";
const pages = [...document.querySelectorAll(".page")];
const tree = document.getElementById("outline");
const tip = document.getElementById("tip");
const found = document.getElementById("found");
const rows = new Map();
let data = { modules: [], cards: {} };
let shown = 0;

// A module: [label, words, shape, parameters, multiply-accumulates, receptive field, place, parts].
const [LABEL, WORDS, SHAPE, PARAMETERS, MACS, FIELD, PLACE, PARTS] = [0, 1, 2, 3, 4, 5, 6, 7];
const number = new Intl.NumberFormat("en");

async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).json();
}

function about(key, module) {
  const cost = `${number.format(module[PARAMETERS])} parameters, ${number.format(module[MACS])} multiply-accumulates`;
  return [key, data.words[module[WORDS]], `gives ${data.shapes[module[SHAPE]]}`, cost,
    `sees ${data.fields[module[FIELD]]} of the input`, data.places[module[PLACE]]].join("\n");
}

function element(name, text, kind) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function row(module, prefix) {
  const key = prefix ? `${prefix}.${module[LABEL]}` : module[LABEL];
  const parts = module[PARTS];
  const head = element(parts ? "summary" : "div", "", parts ? "" : "row");
  head.tabIndex = 0;
  head.append(element("span", module[LABEL], "name"), element("span", data.words[module[WORDS]], "what"));
  head.addEventListener("pointerenter", (event) => { say(about(key, module), event); mark(key); });
  head.addEventListener("pointerleave", () => { tip.hidden = true; mark(null); });
  head.addEventListener("focus", () => mark(key));
  let whole = head;
  if (parts) {
    whole = element("details");
    const inner = element("div");
    whole.append(head, inner);
    whole.fill = () => { if (!inner.childElementCount) inner.append(...parts.map((part) => row(part, key))); };
    whole.addEventListener("toggle", () => { if (whole.open) whole.fill(); });
  }
  rows.set(key, { head, whole });
  return whole;
}

function reveal(key) {
  const labels = [];
  let level = data.modules;
  let path = "";
  while (level) {
    const next = level.find((module) => {
      const full = path ? `${path}.${module[LABEL]}` : module[LABEL];
      return key === full || key.startsWith(`${full}.`);
    });
    if (!next) break;
    path = path ? `${path}.${next[LABEL]}` : next[LABEL];
    const entry = rows.get(path);
    labels.push(entry.head);
    if (path === key || !next[PARTS]) break;
    entry.whole.fill();
    entry.whole.open = true;
    level = next[PARTS];
  }
  return labels.at(-1);
}

function clear() { tree.querySelectorAll(".hit").forEach((hit) => hit.classList.remove("hit")); }

function search(text) {
  clear();
  const wanted = text.trim().toLowerCase();
  if (!wanted) { found.textContent = ""; return; }
  const hits = [];
  const look = (modules, prefix) => modules.forEach((module) => {
    const key = prefix ? `${prefix}.${module[LABEL]}` : module[LABEL];
    if (key.toLowerCase().includes(wanted) || data.words[module[WORDS]].toLowerCase().includes(wanted)) hits.push(key);
    if (module[PARTS]) look(module[PARTS], key);
  });
  look(data.modules, "");
  hits.slice(0, 200).forEach((key) => reveal(key)?.classList.add("hit"));
  tree.querySelector(".hit")?.scrollIntoView({ block: "nearest" });
  found.textContent = hits.length === 1 ? "1 module" : `${number.format(hits.length)} modules`;
  mark(hits[0] ?? null);
}

function mark(key) {
  document.querySelectorAll(".marked").forEach((card) => card.classList.remove("marked"));
  if (key === null) return;
  for (const [name, keys] of Object.entries(data.cards)) {
    if (keys.some((own) => own === key || key.startsWith(`${own}.`) || own.startsWith(`${key}.`))) {
      document.getElementById(name)?.classList.add("marked");
    }
  }
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

function show(number) {
  shown = number;
  pages.forEach((page, at) => page.classList.toggle("shown", at === number));
  document.querySelectorAll("[data-page]").forEach((tab) => tab.setAttribute("aria-pressed", String(Number(tab.dataset.page) === number)));
}

function start() {
  pages.forEach((page, at) => {
    page.insertAdjacentHTML("beforeend", data.drawn[at].map((place) => data.elements[place]).join(""));
  });
  tree.append(...data.modules.map((module) => row(module, "")));
  show(0);
}

pages.forEach((page) => {
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
  page.addEventListener("click", (event) => {
    const keys = data.cards[event.target.closest("g[id]")?.id] ?? [];
    clear();
    keys.forEach((key) => reveal(key)?.classList.add("hit"));
    tree.querySelector(".hit")?.scrollIntoView({ block: "center" });
  });
});

document.getElementById("search").addEventListener("input", (event) => search(event.target.value));
document.getElementById("in").addEventListener("click", () => zoom(pages[shown], 1 / 1.3));
document.getElementById("out").addEventListener("click", () => zoom(pages[shown], 1.3));
document.getElementById("fit").addEventListener("click", () => fit(pages[shown]));
document.querySelectorAll("[data-page]").forEach((tab) => tab.addEventListener("click", () => show(Number(tab.dataset.page))));
document.addEventListener("keydown", (event) => {
  if (event.target.tagName === "INPUT") return;
  if (event.key === "+") zoom(pages[shown], 1 / 1.3);
  if (event.key === "-") zoom(pages[shown], 1.3);
  if (event.key === "0") fit(pages[shown]);
});
unpacked(document.getElementById("data").textContent).then((found) => { data = found; start(); });

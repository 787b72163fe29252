// The outline of all modules, beside the pages.
const pages = [...document.querySelectorAll(".page")];
const tree = document.getElementById("outline");
const found = document.getElementById("found");
const rows = new Map();
let data = { modules: [], cards: {} };

// A module: [label, words, shape, parameters, multiply-accumulates, receptive field, place, parts].
const [LABEL, WORDS, SHAPE, PARAMETERS, MACS, FIELD, PLACE, PARTS] = [0, 1, 2, 3, 4, 5, 6, 7];
const number = new Intl.NumberFormat("en");

function about(key, module) {
  const cost = `${number.format(module[PARAMETERS])} parameters, ${number.format(module[MACS])} multiply-accumulates`;
  return [key, data.words[module[WORDS]], `gives ${data.shapes[module[SHAPE]]}`, cost,
    `sees ${data.fields[module[FIELD]]} of the input`, data.places[module[PLACE]]].join("\n");
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

function show(number) {
  current = pages[number];
  pages.forEach((page) => page.classList.toggle("shown", page === current));
  tabs(pages.length, number, show);
}

function start() {
  pages.forEach((page, at) => fill(page, data.drawn[at], data.elements));
  tree.append(...data.modules.map((module) => row(module, "")));
  show(0);
}

pages.forEach((page) => {
  live(page);
  page.addEventListener("click", (event) => {
    const keys = data.cards[event.target.closest("g[id]")?.id] ?? [];
    clear();
    keys.forEach((key) => reveal(key)?.classList.add("hit"));
    tree.querySelector(".hit")?.scrollIntoView({ block: "center" });
  });
});

document.getElementById("search").addEventListener("input", (event) => search(event.target.value));
unpacked().then((found) => { data = found; start(); });

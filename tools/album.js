// The networks of a family, each in its views; the address says which page is shown: #resnet34:layers:2.
const page = document.querySelector(".page");
let data = { networks: [], elements: [] };

function shown() {
  const [name, label, number] = decodeURIComponent(location.hash.slice(1)).split(":");
  const network = data.networks.find((one) => one.name === name) ?? data.networks[0];
  const view = network.views.find((one) => one[0] === label) ?? network.views[0];
  const at = Math.min(Math.max(Number(number) || 1, 1), view[1].length) - 1;
  return { network, view, at };
}

function button(text, pressed, address) {
  const made = element("button", text);
  made.setAttribute("aria-pressed", String(pressed));
  made.addEventListener("click", () => { location.hash = address; });
  return made;
}

function entry(one, network, view) {
  const head = button(one.name, one === network, one.name);
  if (one !== network) return [head];
  const views = element("div");
  views.append(...one.views.map((other) => button(other[0], other === view, `${one.name}:${other[0]}`)));
  return [head, views];
}

function show() {
  const { network, view, at } = shown();
  const [wide, high, places] = view[1][at];
  page.replaceChildren();
  page.dataset.width = wide;
  page.dataset.height = high;
  fit(page);
  fill(page, places, data.elements);
  tabs(view[1].length, at, (next) => { location.hash = `${network.name}:${view[0]}:${next + 1}`; });
  document.getElementById("networks").replaceChildren(...data.networks.flatMap((one) => entry(one, network, view)));
}

current = page;
live(page);
addEventListener("hashchange", show);
unpacked().then((found) => { data = found; show(); });

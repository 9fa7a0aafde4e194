// The front page: what is chosen, as a number, and the picture of that number. All pictures are in the
// page already, packed; this unpacks them, and hands the chosen one to picture.js, which shows it.
const facts = JSON.parse(document.getElementById("facts").textContent);
const stage = document.getElementById("stage");
const slider = document.getElementById("keep-prob");
const shownValue = document.getElementById("keep-prob-value");
const narrow = matchMedia("(max-width: 820px)");
const unpacked = {};
let byHand = {}; // what was switched by hand, by unit; the rest stands as it was drawn at this keep_prob
let changed = () => {};
let tree = "null";

async function unpack(name) {
  const bytes = Uint8Array.from(atob(document.getElementById(name).textContent), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

const stop = () => Math.round((slider.value - facts.low) / facts.step);
const recipe = () => Number(document.querySelector("input[name=recipe]:checked").value);
const kept = (unit) => byHand[unit] ?? facts.drawn[stop()][unit];

function chosen() {
  const mask = facts.drawn[0].reduce((bits, _, unit) => 2 * bits + Number(kept(unit)), 0);
  return (recipe() * facts.drawn.length + stop()) * 2 ** facts.drawn[0].length + mask;
}

async function show() {
  const value = Number(slider.value).toFixed(2);
  shownValue.textContent = value;
  slider.setAttribute("aria-valuetext", value);
  const name = narrow.matches ? "narrow" : "wide";
  unpacked[name] ??= unpack(name);
  const pack = await unpacked[name];
  tree = JSON.stringify(fill(pack, chosen()));
  changed();
}

const model = {
  get: (name) => (name === "tree" ? tree : undefined),
  on: (name, callback) => { if (name === "change:tree") changed = callback; },
  off: () => {},
  send: ({ press }) => {
    const unit = Number(press.split(" ")[1]);
    byHand[unit] = !kept(unit);
    show();
  },
};

function reset() {
  byHand = {};
  document.getElementById("choices").reset();
  show();
}

show().then(() => {
  picture.render({ model, el: stage });
  document.getElementById("choices").addEventListener("input", show);
  document.getElementById("again").addEventListener("click", reset);
  narrow.addEventListener("change", show);
  document.documentElement.dataset.live = Math.round(performance.now()); // milliseconds since it was opened
});

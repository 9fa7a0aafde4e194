// Shows an element tree, and reports clicks, Enter and Space on anything marked data-press.
// A tree is a text or [tag, attributes, child, child, ...]. Nothing is ever parsed as markup, so no
// text can become an element.
const SVG = "http://www.w3.org/2000/svg";

// What is shown of a tree: its node in the page, and what is shown of its children. The page's own
// list of children is not asked, because JupyterLab adds to it (it numbers headings).
function build(tree, space) {
  if (typeof tree === "string") return { tree, node: document.createTextNode(tree), children: [] };
  const [tag, attributes, ...rest] = tree;
  const inner = tag === "svg" ? SVG : space;
  const node = document.createElementNS(inner, tag);
  for (const name in attributes) node.setAttribute(name, attributes[name]);
  const children = rest.map((child) => build(child, inner));
  node.append(...children.map((child) => child.node));
  return { tree, node, children };
}

// Makes `shown` show another tree, and touches only what differs: a move of a slider changes some
// numbers and colors, and to lay out all of a picture anew takes far longer.
function patch(shown, tree) {
  const { tree: old, node } = shown;
  if (typeof tree === "string" && typeof old === "string") {
    if (node.data !== tree) node.data = tree;
    return { tree, node, children: [] };
  }
  if (typeof tree === "string" || typeof old === "string" || tree[0] !== old[0]) {
    const fresh = build(tree, node.parentNode.namespaceURI);
    node.replaceWith(fresh.node);
    return fresh;
  }
  const [, attributes, ...rest] = tree;
  for (const name in attributes) {
    if (attributes[name] !== old[1][name]) node.setAttribute(name, attributes[name]);
  }
  for (const name in old[1]) if (!(name in attributes)) node.removeAttribute(name);
  const children = rest.map((child, k) => {
    if (k < shown.children.length) return patch(shown.children[k], child);
    const fresh = build(child, node.namespaceURI);
    node.append(fresh.node);
    return fresh;
  });
  shown.children.slice(children.length).forEach((child) => child.node.remove());
  return { tree, node, children };
}

// Tree number k of a table of trees, as pictures/columns.py makes it: a number stands for a column, the
// tag null for an element that is not there.
export function fill({ template, patterns, columns }, k) {
  const pick = (part) => {
    if (part?.words) return part.words.map(pick).filter((word) => word !== null).join(" ");
    if (typeof part !== "number") return part;
    const [pattern, values] = columns[part];
    return values[patterns[pattern][k]];
  };
  const grow = (part) => {
    if (!Array.isArray(part)) return pick(part);
    const [tag, attributes, ...children] = part;
    const named = pick(tag);
    if (named === null) return null;
    const own = {};
    for (const name in attributes) {
      const value = pick(attributes[name]);
      if (value !== null) own[name] = value;
    }
    return [named, own, ...children.map(grow).filter((child) => child !== null)];
  };
  return grow(template);
}

// Writes into the text that is there: `shown` knows this node, and patches it with the next tree.
function write(element, text) {
  if (element.firstChild) element.firstChild.data = text;
  else element.textContent = text;
}

// What is pointed at, by mouse or by focus, explains itself: the tree carries the words (data-says: a
// style and a text per line), and they are written into the fixed places (data-slot) without a word to
// the kernel. Everything of the same row of numbers (data-row) is lit, in the network and in the matrices.
function explain(el, source, spoken) {
  const lines = (source.dataset.says || "").split("\n").map((line) => line.split(/\|(.*)/s));
  el.querySelectorAll("[data-slot]").forEach((slot, k) => {
    const [style, text] = lines[k] || ["t", ""];
    if (slot.textContent !== text) write(slot, text || "");
    slot.setAttribute("class", `slot slot-${style}`);
  });
  light(el, source.dataset.row);
  const heard = el.querySelector(".heard");
  if (spoken && heard) write(heard, lines.map(([, text]) => text).filter(Boolean).join(" "));
}

// Nothing is pointed at any more: what stood there before is back, if it was not a unit's story.
function rest(el) {
  const slots = el.querySelectorAll("[data-slot][data-note]");
  if (!slots.length) return;
  slots.forEach((slot) => {
    write(slot, slot.dataset.note);
    slot.setAttribute("class", "slot slot-t");
  });
  light(el, undefined);
}

function light(el, row) {
  el.querySelectorAll(".lit[data-row]").forEach((node) => node.classList.remove("lit"));
  if (row) el.querySelectorAll(`[data-row="${CSS.escape(row)}"]`).forEach((node) => node.classList.add("lit"));
}

// The arrow keys move inside a grid of cells (data-cell="row column"), which is one stop for the Tab key.
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function next(cell, [down, right]) {
  const place = (node) => node.dataset.cell.split(" ").map(Number);
  const [row, column] = place(cell);
  const far = (node) => {
    const [r, c] = place(node);
    const along = down ? (r - row) * down : (c - column) * right;
    const across = down ? Math.abs(c - column) : r === row ? 0 : Infinity;
    return along > 0 && across < Infinity ? along * 100 + across : Infinity;
  };
  const cells = [...cell.closest("[role=grid], [data-grid]").querySelectorAll("[data-cell]")];
  const nearest = cells.reduce((a, b) => (far(b) < far(a) ? b : a), cell);
  return far(nearest) < Infinity ? nearest : null;
}

function render({ model, el }) {
  el.classList.add("dropout-picture");
  const stepOf = (tree) => tree[1]["data-step"];
  let shown = null;
  let sent = ["", null]; // the last text from the kernel, and its tree
  let slider = null;
  let ready = null; // what was drawn ahead: a table of a tree for each stop of the slider, and its state
  let ahead = false; // whether what is shown was drawn ahead, and the kernel has not answered yet
  let neighbors = null; // what a press of Next and of Previous leads to, and where from
  let left = null; // the step from which such a press led on, until the kernel has answered it
  let gone = false;
  let pointed = null; // what finds again the element that was pointed at

  const find = (name, value) => el.querySelector(`[${name}="${CSS.escape(value)}"]`);

  const show = (tree) => {
    if (shown && shown.tree === tree) return;
    const focused = el.contains(document.activeElement) ? document.activeElement.dataset.press : undefined;
    // Motion shows where a new step goes; while the same step only changes its numbers, it keeps still.
    const same = shown && tree && stepOf(shown.tree) === stepOf(tree);
    el.classList.toggle("still", Boolean(same));
    // One picture is changed into the next, so that what does not differ does not move.
    if (shown && tree) shown = patch(shown, tree);
    else {
      shown = tree && build(tree, el.namespaceURI);
      el.replaceChildren(...(shown ? [shown.node] : []));
    }
    if (focused !== undefined && el.ownerDocument.activeElement?.dataset.press !== focused) {
      find("data-press", focused)?.focus({ preventScroll: true });
    }
    // In a long listing the current line is brought into view, without moving the page.
    const lit = el.querySelector(".scroll button.lit");
    const box = lit?.closest(".scroll");
    if (box && box.scrollHeight > box.clientHeight) {
      const middle = lit.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 2;
      box.scrollTop += middle;
    }
    const again = pointed && find(...pointed);
    if (again?.dataset.says) explain(el, again, false);
  };

  // The stop where the slider stands.
  const here = () => {
    if (!slider) return model.get("place")?.[1];
    return Math.round((slider.get("value") - slider.get("min")) / slider.get("step"));
  };

  const latest = () => {
    const text = model.get("tree") || "null";
    if (text !== sent[0]) sent = [text, JSON.parse(text) || null];
    return sent[1];
  };

  // Shows the tree for where the slider stands: the kernel's, if it is for this stop, or else the one
  // drawn ahead. A late answer to an earlier move is for another stop, and must not make the picture
  // jump back. Where nothing was drawn ahead, every answer is shown, as it comes.
  const refresh = (moved) => {
    const [state, stop] = model.get("place") || [];
    const late = Number.isInteger(stop) && stop !== here();
    if (left !== null) {
      if (stepOf(latest()) === left) return; // it answers what was asked before the press
      left = null;
      // What is shown is confirmed, for the `place` that comes with it as well: its motion goes on.
      if (JSON.stringify(shown.tree) === JSON.stringify(sent[1])) shown.tree = sent[1];
    }
    if ((late || moved) && ready && ready.state === state) {
      ahead = true;
      show(fill(ready, here()) || null);
    } else if (late && moved) {
      ahead = false;
    } else if (!(late && ahead)) {
      ahead = false;
      show(latest());
    }
  };
  const answer = () => refresh(false);
  // Only a move made in the page: one from the kernel comes with a tree of its own.
  const move = (_model, _value, options) => options?.updated_view && refresh(true);

  const inflate = async (name) => {
    const bytes = model.get(name);
    if (!bytes?.byteLength) return null;
    const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    const table = await new Response(inflated).json();
    return bytes === model.get(name) ? table : null; // newer ones came in the meantime
  };

  const unpack = async () => {
    ready = (await inflate("stops")) || ready;
    if (!ready) return;
    el.dataset.stops = ready.state; // for tests and benchmarks, which wait for it
    refresh(false);
  };

  const unpackNeighbors = async () => {
    neighbors = await inflate("neighbors");
    if (neighbors) el.dataset.neighbors = neighbors.place;
  };

  // What a press of Next or Previous leads to is shown at once, if it was drawn ahead for what is shown.
  // They are not part of the picture. After any other act in the lab the kernel's next answer is shown.
  const step = (event) => {
    if (!el.closest(".dropout-lab")?.contains(event.target)) return;
    left = null;
    const button = event.type === "click" && event.target.closest(".to-next, .to-previous");
    if (!button || !neighbors || `${neighbors.place}` !== `${[model.get("place")[0], here()]}`) return;
    const tree = neighbors.trees[button.classList.contains("to-next") ? "next" : "previous"];
    if (!tree) return;
    left = stepOf(shown.tree);
    [ready, neighbors] = [null, null];
    delete el.dataset.neighbors;
    show(tree);
  };

  const follow = async () => {
    const [, id] = (model.get("slider") || "").split("IPY_MODEL_");
    if (!id || !globalThis.DecompressionStream) return;
    const found = await model.widget_manager.get_model(id);
    if (gone) return;
    slider = found;
    slider.on("change:value", move);
    await unpack();
    await unpackNeighbors();
    model.send({ seen: true });
  };

  const press = (event) => {
    const target = event.target.closest("[data-press]");
    if (target) model.send({ press: target.dataset.press });
  };

  const point = (event) => {
    const source = event.target.closest("[data-says]");
    if (!source || !el.contains(source)) return;
    pointed = source.dataset.press ? ["data-press", source.dataset.press] : ["data-row", source.dataset.row || ""];
    explain(el, source, event.type === "focusin");
  };

  const leave = () => {
    pointed = null;
    const focused = el.contains(document.activeElement) && document.activeElement.closest("[data-says]");
    if (focused) explain(el, focused, false);
    else rest(el);
  };

  const key = (event) => {
    // Shift+Enter and Ctrl+Enter are Jupyter's: they run the cell and press nothing here.
    if (event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return;
    const target = event.target.closest("[data-press]");
    const cell = event.target.closest("[data-cell]");
    if (cell && MOVES[event.key]) {
      event.stopPropagation();
      event.preventDefault();
      const other = next(cell, MOVES[event.key]);
      if (!other) return;
      cell.setAttribute("tabindex", "-1");
      other.setAttribute("tabindex", "0");
      other.focus({ preventScroll: true });
      return;
    }
    if ((event.key !== "Enter" && event.key !== " ") || !target) return;
    event.stopPropagation(); // Lab's own shortcuts
    if (event.target.tagName === "BUTTON") return; // the browser turns it into a click
    event.preventDefault(); // no scrolling on Space
    press(event);
  };

  el.addEventListener("click", press);
  el.addEventListener("keydown", key);
  el.addEventListener("pointerover", point);
  el.addEventListener("focusin", point);
  el.addEventListener("pointerleave", leave);
  for (const act of ["pointerdown", "keydown", "click"]) document.addEventListener(act, step, true);
  model.on("change:tree", answer);
  model.on("change:place", answer);
  model.on("change:stops", unpack);
  model.on("change:neighbors", unpackNeighbors);
  refresh(false);
  follow().catch(console.warn); // every picture comes from the kernel then, as it does without stops
  return () => {
    gone = true;
    model.off("change:tree", answer);
    model.off("change:place", answer);
    model.off("change:stops", unpack);
    model.off("change:neighbors", unpackNeighbors);
    for (const act of ["pointerdown", "keydown", "click"]) document.removeEventListener(act, step, true);
    slider?.off("change:value", move);
  };
}

export default { render };

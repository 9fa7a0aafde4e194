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
  if (typeof tree === "string" || typeof old === "string" || tree[0] !== old[0]) {
    if (tree === old) return shown;
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

function render({ model, el }) {
  el.classList.add("dropout-picture");
  const stepOf = (tree) => tree[1]["data-step"];
  let shown = null;

  const show = () => {
    const tree = JSON.parse(model.get("tree") || "null") || null;
    const focused = el.contains(document.activeElement) ? document.activeElement.dataset.press : undefined;
    // Motion shows where a new step goes; while the same step only changes its numbers, it keeps still.
    const same = shown && tree && stepOf(shown.tree) === stepOf(tree);
    el.classList.toggle("still", Boolean(same));
    if (same) {
      shown = patch(shown, tree);
    } else {
      shown = tree && build(tree, el.namespaceURI);
      el.replaceChildren(...(shown ? [shown.node] : []));
    }
    if (focused !== undefined && !el.contains(document.activeElement)) {
      el.querySelector(`[data-press="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    }
  };

  const press = (event) => {
    const target = event.target.closest("[data-press]");
    if (target) model.send({ press: target.dataset.press });
  };

  const key = (event) => {
    if ((event.key !== "Enter" && event.key !== " ") || !event.target.closest("[data-press]")) return;
    event.stopPropagation(); // Lab's own shortcuts
    if (event.target.tagName === "BUTTON") return; // the browser turns it into a click
    event.preventDefault(); // no scrolling on Space
    press(event);
  };

  el.addEventListener("click", press);
  el.addEventListener("keydown", key);
  model.on("change:tree", show);
  show();
  return () => model.off("change:tree", show);
}

export default { render };

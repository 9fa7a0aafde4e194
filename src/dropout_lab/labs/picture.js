// Shows an element tree, and reports clicks, Enter and Space on anything marked data-press.
// A node of the tree is a text or [tag, attributes, child, child, ...]. Nothing is ever parsed as
// markup, so no text can become an element.
const SVG = "http://www.w3.org/2000/svg";

function build(node, space) {
  if (typeof node === "string") return document.createTextNode(node);
  const [tag, attributes, ...children] = node;
  const inner = tag === "svg" ? SVG : space;
  const element = document.createElementNS(inner, tag);
  for (const name in attributes) element.setAttribute(name, attributes[name]);
  element.append(...children.map((child) => build(child, inner)));
  return element;
}

// Turns `shown`, which was built from `old`, into what `fresh` says, and touches only what differs: a
// move of a slider changes some numbers and colors, and to lay out all of it anew takes far longer.
function patch(shown, old, fresh) {
  if (typeof fresh === "string" || fresh[0] !== old[0]) {
    if (fresh !== old) shown.replaceWith(build(fresh, shown.parentNode.namespaceURI));
    return;
  }
  for (const name in fresh[1]) {
    if (fresh[1][name] !== old[1][name]) shown.setAttribute(name, fresh[1][name]);
  }
  for (const name in old[1]) if (!(name in fresh[1])) shown.removeAttribute(name);
  const children = [...shown.childNodes];
  for (let k = 2; k < fresh.length; k++) {
    if (k < old.length) patch(children[k - 2], old[k], fresh[k]);
    else shown.append(build(fresh[k], shown.namespaceURI));
  }
  children.slice(fresh.length - 2).forEach((child) => child.remove());
}

function render({ model, el }) {
  el.classList.add("dropout-picture");
  const stepOf = (tree) => tree && tree[1]["data-step"];
  let old = null;

  const show = () => {
    const fresh = JSON.parse(model.get("tree") || "null") || null;
    const focused = el.contains(document.activeElement) ? document.activeElement.dataset.press : undefined;
    // Motion shows where a new step goes; while the same step only changes its numbers, it keeps still.
    const same = old && fresh && stepOf(old) === stepOf(fresh);
    el.classList.toggle("still", Boolean(same));
    if (same) patch(el.firstChild, old, fresh);
    else el.replaceChildren(...(fresh ? [build(fresh, el.namespaceURI)] : []));
    old = fresh;
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

// Shows the markup it is given, and reports clicks, Enter and Space on anything marked data-press.
// The markup is built by Python as an element tree, so every text in it is escaped already.
function render({ model, el }) {
  el.classList.add("dropout-picture");
  let shown;

  const show = () => {
    const page = new DOMParser().parseFromString(model.get("markup"), "text/html");
    const picture = page.body.firstElementChild;
    const focused = el.contains(document.activeElement) ? document.activeElement.dataset.press : undefined;
    // Motion shows where a new step goes; while the same step only changes its numbers, it keeps still.
    el.classList.toggle("still", picture?.dataset.step === shown);
    shown = picture?.dataset.step;
    el.replaceChildren(...page.body.childNodes);
    if (focused !== undefined) {
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
  model.on("change:markup", show);
  show();
  return () => model.off("change:markup", show);
}

export default { render };

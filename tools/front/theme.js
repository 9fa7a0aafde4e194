// Light or dark, as the system says. The lab's own style asks this attribute, as in JupyterLab.
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => { document.documentElement.dataset.jpThemeLight = String(!dark.matches); };
dark.addEventListener("change", follow);
follow();

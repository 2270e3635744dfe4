// What clicks and keys do in the lists and maps: a click or Enter on a neighbour goes there, the arrow keys move
// within a list, which is one tab stop. It runs when the style sheet that carries it is shown; `this` is that element.
const root = this.closest(".lva-browser");
if (root.dataset.ready) return;
root.dataset.ready = "true";
root.dataset.lmSuppressShortcuts = "true"; // JupyterLab keeps Enter and the arrow keys for itself
const results = root.querySelector(".lva-results .widget-html-content");
root.querySelector(".lva-summary .widget-html-content").setAttribute("aria-live", "polite");

results.addEventListener("click", event => {
  const item = event.target.closest("[data-i]");
  if (!item) return;
  const field = root.querySelector(".lva-go-to input");
  field.value = item.dataset.i;
  field.dispatchEvent(new Event("change", { bubbles: true }));
  if (event.detail) return; // by a pointer; by the keyboard, the focus stays in this list of the new instruction
  const list = [...results.querySelectorAll(".column")].indexOf(item.closest(".column"));
  new MutationObserver((_, observer) => {
    observer.disconnect();
    results.querySelectorAll(".column")[list].querySelector("button").focus();
  }).observe(results, { childList: true });
});

results.addEventListener("keydown", event => {
  const names = [...(event.target.closest("table")?.querySelectorAll("button") ?? [])];
  const now = names.indexOf(event.target);
  const next = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: names.length - 1 }[event.key];
  if (now < 0 || !names[next]) return;
  event.preventDefault();
  names[now].tabIndex = -1;
  names[next].tabIndex = 0;
  names[next].focus();
});

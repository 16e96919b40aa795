// Walks through the operations one at a time. Without it the page shows them all, one below the other.
"use strict";
(() => {
  const walk = document.getElementById("walk");
  if (!walk) return;
  const steps = [...walk.querySelectorAll(".operation")];
  const controls = walk.querySelector(".controls");
  const button = (name) => controls.querySelector(`[data-go="${name}"]`);
  const slider = controls.querySelector("input");
  const said = walk.querySelector(".announce");
  const columns = [...document.querySelectorAll("#network .column")];
  let current = 0;

  function show(index, say = true) {
    current = Math.min(Math.max(index, 0), steps.length - 1);
    steps.forEach((step, place) => step.classList.toggle("current", place === current));
    const layer = steps[current].dataset.layer;
    columns.forEach((column) => column.classList.toggle("current", column.dataset.layers.split(" ").includes(layer)));
    slider.value = current + 1;
    slider.setAttribute("aria-valuetext", steps[current].dataset.said);
    for (const name of ["first", "previous"]) button(name).disabled = current === 0;
    for (const name of ["next", "last"]) button(name).disabled = current === steps.length - 1;
    if (say) {
      said.textContent = steps[current].dataset.said;
      history.replaceState(null, "", `#${steps[current].id}`);
    }
  }

  const goes = { first: () => 0, previous: () => current - 1, next: () => current + 1, last: () => steps.length - 1 };
  const keys = { ArrowLeft: "previous", ArrowRight: "next", Home: "first", End: "last" };

  controls.addEventListener("click", (event) => {
    const go = event.target.closest("button")?.dataset.go;
    if (go === "all") {
      const all = !walk.classList.toggle("walking");
      button("all").setAttribute("aria-pressed", String(all));
    } else if (go) {
      show(goes[go]());
      if (event.target.disabled) button(go === "last" || go === "next" ? "previous" : "next").focus();
    }
  });
  slider.addEventListener("input", () => show(Number(slider.value) - 1));
  walk.addEventListener("keydown", (event) => {
    if (event.target === slider || event.altKey || event.ctrlKey || event.metaKey || !(event.key in keys)) return;
    event.preventDefault();
    show(goes[keys[event.key]]());
  });

  function fromAddress() {
    const asked = steps.findIndex((step) => `#${step.id}` === location.hash);
    if (asked >= 0) show(asked, false);
    return asked >= 0;
  }
  window.addEventListener("hashchange", fromAddress);

  controls.hidden = false;
  walk.tabIndex = 0;
  walk.classList.add("walking");
  if (!fromAddress()) show(0, false);
})();

// Walks through the operations one at a time. Without it the page shows them all, one below the other.
"use strict";
(() => {
  const walk = document.getElementById("walk");
  const steps = [...walk.querySelectorAll(".operation")];
  const controls = walk.querySelector(".controls");
  const button = (name) => controls.querySelector(`[data-go="${name}"]`);
  const slider = controls.querySelector("input");
  const said = walk.querySelector(".announce");
  const phases = [...controls.querySelectorAll("[data-phase]")];
  const columns = [...document.querySelectorAll("#network .column")];
  let current = 0;

  function show(index, say = true) {
    current = Math.min(Math.max(index, 0), steps.length - 1);
    const { layer, phase, said: words } = steps[current].dataset;
    steps.forEach((step, place) => step.classList.toggle("current", place === current));
    columns.forEach((column) => column.classList.toggle("current", column.dataset.layers.split(" ").includes(layer)));
    phases.forEach((each) => each.setAttribute("aria-current", each.dataset.phase === phase ? "step" : "false"));
    slider.value = current + 1;
    slider.setAttribute("aria-valuetext", words);
    for (const name of ["first", "previous"]) button(name).disabled = current === 0;
    for (const name of ["next", "last"]) button(name).disabled = current === steps.length - 1;
    if (say) {
      said.textContent = words;
      history.replaceState(null, "", `#${steps[current].id}`);
      // At once, not smoothly: nothing moves that somebody may have asked to be still.
      steps[current].querySelector("h3").scrollIntoView({ block: "nearest", behavior: "instant" });
    }
    seeScrolling();
  }

  const goes = { first: () => 0, previous: () => current - 1, next: () => current + 1, last: () => steps.length - 1 };
  const keys = { ArrowLeft: "previous", ArrowRight: "next", Home: "first", End: "last" };

  function press(pressed) {
    const { go, step } = pressed.dataset;
    if (go === "all") {
      const all = !walk.classList.toggle("walking");
      pressed.setAttribute("aria-pressed", String(all));
      seeScrolling();
      return;
    }
    show(step ? Number(step) - 1 : goes[go]());
    if (pressed.disabled) button(current === 0 ? "next" : "previous").focus(); // a disabled button loses the focus
  }

  controls.addEventListener("click", (event) => {
    const pressed = event.target.closest("button");
    if (pressed) press(pressed);
  });
  slider.addEventListener("input", () => show(Number(slider.value) - 1));
  walk.addEventListener("keydown", (event) => {
    if (event.target === slider || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!(event.key in keys) || event.target.matches('.scroll[tabindex="0"]')) return; // there the keys scroll
    event.preventDefault();
    const held = document.activeElement;
    show(goes[keys[event.key]]());
    if (held.disabled) button(current === 0 ? "next" : "previous").focus();
  });

  // What is wider than its place can be scrolled by keyboard; the rest is no stop on the way of the Tab key.
  function seeScrolling() {
    for (const region of document.querySelectorAll(".scroll")) {
      if (region.scrollWidth > region.clientWidth) region.tabIndex = 0;
      else region.removeAttribute("tabindex");
    }
  }

  function fromAddress() {
    const asked = steps.findIndex((step) => `#${step.id}` === location.hash);
    if (asked >= 0) show(asked, false);
    return asked >= 0;
  }
  window.addEventListener("hashchange", fromAddress);
  window.addEventListener("resize", seeScrolling);

  controls.hidden = false;
  walk.tabIndex = 0;
  walk.classList.add("walking");
  if (!fromAddress()) show(0, false);
})();

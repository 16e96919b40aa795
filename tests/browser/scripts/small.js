() => [...document.querySelectorAll("a[href]:not(.skip), button, input, .switch label")].filter((one) => one.checkVisibility())
  .map((one) => [one.tagName, one.textContent.trim() || one.type, one.getBoundingClientRect()])
  .filter(([tag, , box]) => box.height < (tag === "BUTTON" || tag === "LABEL" ? 44 : 24) || box.width < 24)
  .map(([tag, text, box]) => `${tag} ${text} ${box.width} × ${box.height}`)

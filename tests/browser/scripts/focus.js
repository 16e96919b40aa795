() => {
  const on = document.activeElement, style = getComputedStyle(on), box = on.getBoundingClientRect();
  return {tag: on.tagName, what: on.dataset.go || on.dataset.step || on.id || on.getAttribute("href") || on.className || on.type,
          outline: on.tagName === "BODY" ? null : style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
          shown: box.width > 0 && box.height > 0, y: box.top + scrollY};
}

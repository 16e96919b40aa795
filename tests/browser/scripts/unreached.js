() => {
  const clipped = (one) => { const s = getComputedStyle(one);
    return s.overflowX !== "visible" && s.overflowX !== "auto" && !one.closest("svg, .announce") && one.scrollWidth > one.clientWidth + 1 };
  const outside = (text) => { const svg = text.ownerSVGElement.getBoundingClientRect(), box = text.getBoundingClientRect();
    return box.width && (box.left < svg.left - 2 || box.right > svg.right + 2 || box.top < svg.top - 2 || box.bottom > svg.bottom + 2) };
  return {wide: document.documentElement.scrollWidth - innerWidth,
    clipped: [...document.querySelectorAll("body *")].filter(clipped).map((one) => one.outerHTML.slice(0, 80)),
    outside: [...document.querySelectorAll("svg text")].filter(outside).map((one) => one.textContent)};
}

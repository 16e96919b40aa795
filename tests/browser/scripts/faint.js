() => {
  const lit = ([r, g, b]) => { const f = (c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b) };
  const parse = (text) => { const n = (text.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number); return n.length < 4 ? [...n, 1] : n };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3]));
  const ground = (one) => { const layers = [];
    for (let up = one; up; up = up.parentElement) layers.push(parse(getComputedStyle(up).backgroundColor));
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255]) };
  const ratio = (colour, below) => { const [a, b] = [lit(over(colour, below)), lit(below)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05) };
  const faint = [];
  const see = (what, colour, below, least) => { const r = ratio(colour, below);
    if (r < least) faint.push(`${what.trim().slice(0, 40)}: ${r.toFixed(2)}`) };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let checked = 0;
  while (texts.nextNode()) {
    const one = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || one.closest("script, title, desc, .announce") || !one.checkVisibility()) continue;
    const style = getComputedStyle(one), drawn = one.closest("svg");
    const box = one.previousElementSibling;
    const below = drawn && box?.classList.contains("unit") ? parse(getComputedStyle(box).fill) : ground(drawn ? drawn.parentElement : one);
    see(texts.currentNode.data, parse(drawn ? style.fill : style.color), below, one.disabled ? 0 : 4.5);
    checked++;
  }
  const grid = getComputedStyle(document.documentElement).getPropertyValue("--grid").trim();
  const probe = document.createElement("i"); probe.style.color = grid; document.body.append(probe);
  const grey = getComputedStyle(probe).color; probe.remove();
  for (const line of document.querySelectorAll("svg path, svg line, svg circle, svg use")) {
    const style = getComputedStyle(line);
    if (line.closest("defs, pattern, clipPath") || !line.checkVisibility() || style.stroke === "none" || style.stroke === grey) continue;
    if (/^url/.test(style.stroke) || style.fill !== "none" && style.fill !== "rgb(0, 0, 0)") continue;
    const colour = parse(style.stroke);
    see(`line ${line.closest("g[id]")?.id} ${style.stroke}`, [...colour.slice(0, 3), colour[3] * style.strokeOpacity], ground(line.closest("svg").parentElement), 3);
    checked++;
  }
  return {checked, faint: [...new Set(faint)]};
}

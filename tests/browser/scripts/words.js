() => {
  const found = [], texts = document.createTreeWalker(document, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) if (!texts.currentNode.parentElement.closest("script, style, math")) found.push(texts.currentNode.data);
  for (const one of document.querySelectorAll("*")) for (const name of ["aria-label", "title", "alt", "aria-valuetext", "data-said", "placeholder"])
    if (one.hasAttribute(name)) found.push(one.getAttribute(name));
  return found.filter((text) => text.trim());
}

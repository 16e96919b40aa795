() => {
  const step = document.querySelector(".operation.current");
  const rows = [...step.querySelectorAll("tbody tr")].map((row) => [
    row.querySelector("th").textContent, [...row.querySelectorAll("data")].map((one) => one.value)]);
  return {id: step.id, heading: step.querySelector("h3").textContent, rows, visible: step.checkVisibility()};
}

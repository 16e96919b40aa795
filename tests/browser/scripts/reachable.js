() => [...document.querySelectorAll("a[href], button, input, [tabindex='0']")].filter((one) =>
  !one.disabled && one.checkVisibility() && !(one.type === "radio" && !one.checked)).length

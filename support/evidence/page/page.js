"use strict";

/* A link to something that is folded away unfolds it first. */
function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  for (let at = target; at; at = at.parentElement) {
    if (at.tagName === "DETAILS") at.open = true;
  }
  target.scrollIntoView();
}
addEventListener("hashchange", reveal);
reveal();

/* What a node said last is what one wants to read first. */
for (const log of document.querySelectorAll("pre.log")) {
  log.closest("details").addEventListener("toggle", () => { log.scrollTop = log.scrollHeight; });
}

/* A page from disk may not be allowed to use the clipboard; then a selection is copied. */
function copied(text, source) {
  if (navigator.clipboard && isSecureContext) {
    return navigator.clipboard.writeText(text).then(() => true, () => selected(source));
  }
  return Promise.resolve(selected(source));
}
function selected(source) {
  const range = document.createRange();
  range.selectNodeContents(source);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  return document.execCommand("copy");
}
for (const button of document.querySelectorAll("button.copy")) {
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copies);
    const done = await copied(source.textContent, source);
    button.textContent = done ? "Copied" : "Press Ctrl+C";
    button.setAttribute("aria-live", "polite");
  });
}

// Copies the link in the field that a [data-copy] button names, and says so beside it.
function show() {
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
}
show();
// Buttons that came with a fresh part of a desk.
document.addEventListener("desk:fresh", show);
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  const said = button.parentElement.querySelector("[role=status]");
  try {
    await navigator.clipboard.writeText(field.value);
    said.textContent = "Copied.";
  } catch {
    // No clipboard without TLS: the text is chosen, and the keys do the rest.
    field.select();
    said.textContent = "Press Ctrl and C, or Command and C, to copy it.";
  }
});

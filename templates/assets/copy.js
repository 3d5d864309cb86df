// Copies the link in the field that a [data-copy] button names, and says so beside it.
for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const said = button.parentElement.querySelector("[role=status]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      said.textContent = "Copied.";
    } catch {
      // No clipboard without TLS: the text is chosen, and the keys do the rest.
      field.select();
      said.textContent = "Press Ctrl and C, or Command and C, to copy it.";
    }
  });
}

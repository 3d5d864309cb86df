// A button that pastes into the field for a song, where the browser lets a page ask for what was copied.
const field = document.getElementById("link");
if (field && navigator.clipboard?.readText) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn slim quiet", textContent: "Paste" });
  button.addEventListener("click", async () => {
    try {
      field.value = (await navigator.clipboard.readText()).trim().slice(0, 10_000);
    } catch {
      // Not allowed: the field is there for a paste by hand.
    }
    field.focus();
  });
  field.after(button);
}

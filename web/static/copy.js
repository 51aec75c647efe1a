// Buttons that copy: what data-copy holds, or this page's address. What came of it is said aloud too.

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button) return;
  const before = button.textContent;
  const say = (text) => {
    button.textContent = text;
    document.getElementById("kept").textContent = text;
  };
  try {
    await navigator.clipboard.writeText(button.dataset.copy || location.href);
    say("Copied");
  } catch {
    say(button.dataset.refused || "Copy it from the address bar");
  }
  setTimeout(() => { button.textContent = before; }, 3000);
});

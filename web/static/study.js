// What a study's page can do beyond being read; each button shows where it can keep its word.
"use strict";

for (const button of document.querySelectorAll("[data-copy]")) {
  const said = button.parentElement.querySelector("[data-copied]");
  // Browsers have no clipboard where the site is not served by https.
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      said.textContent = "Copied.";
    } catch {
      said.textContent = "Your browser did not allow it. Please select the text and copy it.";
    }
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// Pictures that nobody scrolled to would be missing on paper.
addEventListener("load", () => {
  for (const picture of document.querySelectorAll(".prose img")) picture.loading = "eager";
});

// Escape puts an explanation away until its term is left and come back to.
document.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  for (const term of document.querySelectorAll(".term:is(:hover, :focus)")) term.dataset.shut = "";
});
for (const term of document.querySelectorAll(".term")) {
  for (const left of ["pointerleave", "blur"]) {
    term.addEventListener(left, () => delete term.dataset.shut);
  }
}

// What a study's page can do beyond being read.

document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-print]")) print();
});

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

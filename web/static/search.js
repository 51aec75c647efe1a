// Makes the forms quicker to use; every page works without it.
"use strict";

// As in site.css: whether the filters always show. Where they do not, a reload would close them.
const wide = matchMedia("(min-width: 60rem)");
const alwaysShown = () => wide.matches && CSS.supports("selector(::details-content)");
const PLACE = "place";

for (const form of document.querySelectorAll("form[data-auto]")) {
  const apply = form.querySelector("[data-apply]");
  const isAuto = () => form.id !== "filters" || alwaysShown();
  const show = () => { apply.hidden = isAuto(); };
  show();
  wide.addEventListener("change", show);
  form.addEventListener("change", ({ target }) => {
    if (target.type === "number" || !isAuto()) return;
    sessionStorage.setItem(PLACE, JSON.stringify([target.id, scrollY]));
    form.requestSubmit();
  });
  // Back on this page, the boxes are again as its results are.
  addEventListener("pageshow", ({ persisted }) => { if (persisted) form.reset(); });
  // A number is submitted when it is complete, which only its writer knows.
  form.addEventListener("input", ({ target }) => {
    if (target.type === "number") apply.hidden = false;
  });
}

// Addresses name only what was chosen.
document.addEventListener("formdata", ({ formData }) => {
  for (const [name, value] of [...formData]) {
    if (value === "" || (name === "sort" && value === "best")) formData.delete(name);
  }
});

// After a box is ticked, the new page is where the old one was.
const place = sessionStorage.getItem(PLACE);
if (place) {
  sessionStorage.removeItem(PLACE);
  const [id, y] = JSON.parse(place);
  document.getElementById(id)?.focus({ preventScroll: true });
  scrollTo({ top: y, behavior: "instant" });
}

// While the library is not ready: try again, unless somebody is typing.
const retry = document.querySelector("[data-retry]");
if (retry) {
  retry.hidden = false;
  setInterval(() => {
    if (!document.getElementById("q").value) location.reload();
  }, 1000 * Number(retry.dataset.retry));
}

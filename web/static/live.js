// The results as they are chosen and typed: what htmx does not know of this page.

const q = document.getElementById("q");
const said = document.getElementById("said");
const trouble = document.getElementById("trouble");
const filters = document.getElementById("filters");
const sheet = document.getElementById("sheet");
const found = () => document.getElementById("found").textContent.replace(/\s+/g, " ").trim();

// No button is needed for what happens by itself.
document.documentElement.classList.add("live");

// Addresses name only what was chosen.
document.addEventListener("formdata", ({ formData }) => {
  for (const [name, value] of [...formData]) {
    if (value === "" || (name === "sort" && value === "best")) formData.delete(name);
  }
});

// One letter finds nothing: what was there stays until there is more.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.id === "typed" && q.value.trim().length === 1) event.preventDefault();
});

// What a reader opened or closed stays so.
document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  for (const facet of detail.fragment.querySelectorAll("details[id]")) {
    const before = document.getElementById(facet.id);
    if (before) facet.open = before.open;
  }
});

document.addEventListener("htmx:afterSettle", () => {
  trouble.hidden = true;
  said.textContent = found();
  showCount();
  // What had the focus may be gone, such as a filter taken off.
  if (document.activeElement === document.body) {
    document.getElementById("results").focus({ preventScroll: true });
  }
});

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, ({ detail }) => {
    trouble.querySelector("a").href = detail.pathInfo?.finalRequestPath ?? location.href;
    trouble.hidden = false;
  });
}

// On a phone the filters open as a sheet over the page, and go back where they were.
const alwaysShown = matchMedia("(min-width: 60rem)");

function showCount() {
  document.getElementById("sheet-found").textContent = found();
}

filters.querySelector("summary").addEventListener("click", openSheet);
// The summary is renewed with its number.
document.addEventListener("htmx:oobAfterSwap", () => {
  filters.querySelector("summary").addEventListener("click", openSheet);
});

function openSheet(event) {
  if (alwaysShown.matches) return;
  event.preventDefault();
  showCount();
  document.getElementById("sheet-body").append(document.getElementById("facets"));
  sheet.showModal();
}

sheet.addEventListener("close", () => {
  filters.append(document.getElementById("facets"));
  filters.querySelector("summary").focus();
});
sheet.addEventListener("click", ({ target }) => {
  if (target === sheet || target.closest("[data-close]")) sheet.close();
});
alwaysShown.addEventListener("change", () => sheet.close());

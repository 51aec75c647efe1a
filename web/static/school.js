// The reader's school, kept on this device alone, so that nobody need say it twice.

const KEY = "school";
const fields = () => [...document.querySelectorAll(".school [name]")];

function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY));
    return found !== null && typeof found === "object" ? found : {};
  } catch {
    // Storage may be refused or hold anything.
    return {};
  }
}

function keep() {
  const said = fields().filter(({ value }) => value).map(({ name, value }) => [name, value]);
  try {
    if (said.length) localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(said)));
    else localStorage.removeItem(KEY);
  } catch {
    // Then it is not remembered.
  }
}

// A school in the address may be somebody else's: only what is said here is kept.
document.addEventListener("change", ({ target }) => {
  if (target.closest(".school")) keep();
});

function fill() {
  if (!fields().length || fields().some(({ value }) => value)) return;
  const said = kept();
  for (const field of fields()) {
    if (typeof said[field.name] === "string") field.value = said[field.name];
  }
  if (fields().some(({ value }) => value)) document.getElementById("find").requestSubmit();
}

document.addEventListener("htmx:afterSettle", fill);
addEventListener("load", fill);

document.addEventListener("click", ({ target }) => {
  if (!target.closest("[data-forget-school]")) return;
  for (const field of fields()) field.value = "";
  keep();
  document.getElementById("find").requestSubmit();
});

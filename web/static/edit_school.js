// A school that was written of before: its name brings the rest, to be checked for the year.

export function offerSchools(form, changed) {
  const name = form.elements["school.name"];
  const list = document.getElementById("schools");
  const said = document.getElementById("school-found");
  let known = new Map();
  let timer;

  async function ask() {
    try {
      const answer = await fetch(`${form.dataset.schools}?${new URLSearchParams({ name: name.value })}`);
      if (!answer.ok) return;
      known = new Map((await answer.json()).schools.map((school) => [school["school.name"], school]));
    } catch {
      return;
    }
    list.replaceChildren(...[...known.keys()].map((each) => new Option("", each)));
    take();
  }

  function take() {
    const school = known.get(name.value);
    if (!school || name.dataset.taken === name.value) return;
    name.dataset.taken = name.value;
    for (const [field, value] of Object.entries(school)) {
      if (form.elements[field]) form.elements[field].value = value;
    }
    said.textContent = `Filled in from an earlier study of ${school["school.academic_year"]}. Check that it holds for your year.`;
    changed();
  }

  name.addEventListener("input", () => {
    clearTimeout(timer);
    if (name.value.trim().length < 2) return;
    timer = setTimeout(ask, 200);
  });
  // What is in the form already was not chosen from the list.
  name.dataset.taken = name.value;
}

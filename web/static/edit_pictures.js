// Pictures of a draft: chosen, dropped or pasted; each asks what it shows before it is sent.

export function offerPictures(form, changed) {
  const body = document.getElementById("body");
  const dialog = document.getElementById("picture");
  const file = document.getElementById("picture-file");
  const alt = document.getElementById("picture-alt");
  const problem = document.getElementById("picture-problem");
  const add = document.getElementById("picture-add");

  function open(files) {
    file.value = "";
    if (files?.length) file.files = files;
    alt.value = "";
    tell("");
    dialog.showModal();
    (files?.length ? alt : file).focus();
  }

  function tell(text) {
    problem.textContent = text;
    problem.hidden = !text;
  }

  function insert(text) {
    const end = body.selectionEnd;
    const before = body.value.slice(0, end);
    const gap = before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
    body.setRangeText(`${gap}${text}\n\n`, end, end, "end");
    changed();
  }

  async function send() {
    if (!file.files.length) return tell("Choose a picture first.");
    if (!alt.value.trim()) {
      tell("Say what the picture shows: some readers cannot see it.");
      return alt.focus();
    }
    const sent = new FormData();
    sent.set("csrf_token", form.elements.csrf_token.value);
    sent.set("picture", file.files[0]);
    sent.set("alt", alt.value);
    add.disabled = true;
    try {
      const answer = await fetch(form.dataset.pictures, { method: "POST", body: sent });
      const told = await answer.json().catch(() => ({}));
      if (!answer.ok) return tell(told.problem ?? told.error ?? "The picture could not be taken. Try again, or choose another.");
      dialog.close();
      body.focus();
      insert(told.markdown);
    } catch {
      tell("The library cannot be reached. Try again in a moment.");
    } finally {
      add.disabled = false;
    }
  }

  document.getElementById("add-picture").addEventListener("click", () => open());
  add.addEventListener("click", send);
  alt.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    send();
  });
  body.addEventListener("paste", (event) => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    open(event.clipboardData.files);
  });
  const field = body.closest("section");
  body.addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    field.classList.add("dropping");
  });
  body.addEventListener("dragleave", () => field.classList.remove("dropping"));
  body.addEventListener("drop", (event) => {
    field.classList.remove("dropping");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    open(event.dataTransfer.files);
  });
}

// Writing a study: what is typed is kept on this device at once and in the library soon after,
// and looked at beside the form. Without this script the Save button does the same.
import "./vendor/markdown-toolbar-element-2.2.3.js?v=1f8dd41b8288";
import { offerPictures } from "./edit_pictures.js?v=165b05ad2232";
import { offerSchools } from "./edit_school.js?v=d4754177d3fa";

const form = document.getElementById("study");
const saved = document.getElementById("saved");
const trouble = document.getElementById("trouble");
const restored = document.getElementById("restored");
const others = document.getElementById("others");
const key = form.dataset.key;
const SAVE_AFTER = 1500;
const LOOK_AFTER = 600;
const HERE_EVERY = 25_000;
const AGAIN_AFTER = 8_000;

// What may differ between two openings of the same text.
const fields = () => [...new FormData(form)].filter(([name]) => name !== "csrf_token" && name !== "version");
const state = () => JSON.stringify(fields());

let kept = state();
let saving = null;
let stopped = "settled" in form.dataset;
let saveTimer;
let lookTimer;
let lookNumber = 0;

function say(text) {
  saved.textContent = text;
}

function warn(...parts) {
  trouble.replaceChildren(...parts);
  trouble.hidden = parts.length === 0;
}

function at(date) {
  return date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

// On this device: survives a closed browser, a lost network and signing out.
function keepHere() {
  try {
    const copy = { version: form.elements.version.value, at: Date.now(), fields: fields() };
    localStorage.setItem(key, JSON.stringify(copy));
  } catch {
    // No room or no right to keep anything here: the library still does.
  }
}

function forgetHere() {
  try {
    localStorage.removeItem(key);
  } catch {
    // As above.
  }
}

function fill(entries) {
  const given = new Map();
  for (const [name, value] of entries) given.set(name, [...(given.get(name) ?? []), value]);
  for (const box of form.elements) {
    if (!box.name || box.name === "csrf_token" || box.name === "version" || box.type === "submit") continue;
    const values = given.get(box.name) ?? [];
    if (box.type === "checkbox" || box.type === "radio") box.checked = values.includes(box.value);
    else box.value = values.shift() ?? "";
  }
}

function restore() {
  let copy = null;
  try {
    copy = JSON.parse(localStorage.getItem(key));
  } catch {
    return;
  }
  if (!copy || JSON.stringify(copy.fields) === kept || "unsaved" in form.dataset) return forgetHere();
  const before = fields();
  const version = form.elements.version.value;
  fill(copy.fields);
  // Saved over what it began from: if somebody was quicker, both are shown.
  form.elements.version.value = copy.version;
  restored.querySelector("span").textContent =
    `Restored what you typed on this device on ${new Date(copy.at).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" })}, which was not saved.`;
  restored.hidden = false;
  restored.querySelector("button").addEventListener("click", () => {
    fill(before);
    form.elements.version.value = version;
    restored.hidden = true;
    forgetHere();
    changed();
    document.getElementById("i-title").focus();
  });
  changed();
}

function link(text, href) {
  const made = document.createElement("a");
  made.href = href;
  made.textContent = text;
  made.target = "_blank";
  return made;
}

function overtaken() {
  stopped = true;
  const compare = document.createElement("button");
  compare.className = "btn ghost";
  compare.textContent = "Compare the two";
  // Sent as it is: the answer shows both and overwrites nothing.
  compare.addEventListener("click", () => form.requestSubmit());
  warn("Somebody saved this study while you were writing. Yours is kept on this device and overwrites nothing. ", compare);
  say("Not saved");
}

async function save(decision) {
  clearTimeout(saveTimer);
  if (stopped || saving) return;
  const sent = state();
  if (sent === kept && !decision) return;
  say("Saving…");
  saving = new AbortController();
  try {
    const body = new FormData(form);
    if (decision) body.set(decision.name, decision.value);
    const answer = await fetch(form.dataset.autosave, { method: "POST", body, signal: saving.signal });
    if (answer.status === 409) return overtaken();
    if (answer.status === 401 || answer.status === 403) {
      say("Not saved");
      warn("You are signed out. What you typed is kept on this device. ", link("Sign in again", form.dataset.signIn), ", then reload this page.");
      return;
    }
    const told = await answer.json();
    if (answer.status === 422) {
      say("Not saved");
      warn(told.problem);
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    form.elements.version.value = told.version;
    kept = sent;
    showOthers(told.others);
    warn();
    say(`Saved ${at(new Date())}`);
    if (state() === kept) forgetHere();
    else keepHere();
    if (decision) {
      await look();
      document.getElementById("checks").focus();
    }
  } catch (error) {
    if (error.name === "AbortError") return;
    say("Not saved yet");
    warn("The library cannot be reached, or has no room. What you typed is kept on this device, and saving is tried again.");
    saveTimer = setTimeout(() => save(), AGAIN_AFTER);
  } finally {
    saving = null;
    if (!stopped && trouble.hidden && state() !== kept) saveTimer = setTimeout(() => save(), SAVE_AFTER);
  }
}

async function look() {
  const number = ++lookNumber;
  try {
    const answer = await fetch(form.dataset.look, { method: "POST", body: new FormData(form) });
    if (!answer.ok || number !== lookNumber) return;
    const seen = await answer.json();
    document.getElementById("preview").innerHTML = seen.preview;
    document.getElementById("notes").innerHTML = seen.notes;
  } catch {
    // The next change looks again.
  }
}

function changed() {
  keepHere();
  if (!stopped) say("Not saved yet");
  clearTimeout(saveTimer);
  saveTimer = setTimeout(() => save(), SAVE_AFTER);
  clearTimeout(lookTimer);
  lookTimer = setTimeout(look, LOOK_AFTER);
}

function showOthers(names = []) {
  const told = names.length
    ? `${names.join(" and ")} ${names.length === 1 ? "has" : "have"} this study open too. Agree who writes: the second who saves is shown both texts.`
    : "";
  // Said once, not with every look.
  if (others.textContent !== told) others.textContent = told;
  others.hidden = !told;
}

async function here() {
  if (document.hidden) return;
  try {
    const body = new FormData();
    body.set("csrf_token", form.elements.csrf_token.value);
    const answer = await fetch(form.dataset.here, { method: "POST", body });
    if (answer.ok) showOthers((await answer.json()).others);
  } catch {
    // Whoever is offline sees nobody.
  }
}

form.addEventListener("input", changed);
form.addEventListener("change", changed);
form.addEventListener("submit", () => {
  stopped = true;
  saving?.abort();
  // Removed once the page with the saved text has opened: `restore` finds them alike.
  if (state() !== kept) keepHere();
});
const SHORTCUTS = { b: "md-bold", i: "md-italic" };
document.addEventListener("keydown", (event) => {
  if (!event.ctrlKey && !event.metaKey) return;
  const mark = event.target.id === "body" && SHORTCUTS[event.key];
  if (event.key !== "s" && !mark) return;
  event.preventDefault();
  if (mark) form.querySelector(mark).click();
  else save();
});
// What somebody decides on is kept without leaving the page.
document.getElementById("notes").addEventListener("click", (event) => {
  const decision = event.target.closest("button[name]");
  if (!decision || stopped) return;
  event.preventDefault();
  save(decision);
});
addEventListener("online", () => save());
// A page that comes back from the browser's own memory goes on where it was.
addEventListener("pageshow", ({ persisted }) => persisted && location.reload());

if (!stopped) {
  if (!("unsaved" in form.dataset)) say("Saved. It is kept as you type.");
  restore();
  here();
  setInterval(here, HERE_EVERY);
  offerPictures(form, changed);
  offerSchools(form, changed);
}

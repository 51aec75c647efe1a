// The page of a shortlist: the reader's own, or one that somebody shared.
import { MOST, address, keep, kept, say } from "./shortlist.js?v=08e058f9a6f8";

const shown = [...document.querySelectorAll("#compare [name=slug]")].map(({ value }) => value);
const one = (name) => document.querySelector(`[data-${name}]`);
const has = (slug) => kept().includes(slug);
let before = null;

// Without an address of its own, this page is that of what is kept here.
if (!location.search && kept().length) location.replace(address(kept()));

function follow() {
  if (!shown.length) return;
  const slugs = kept();
  document.getElementById("changed").hidden = !slugs.length || slugs.join() === shown.join();
  one("keep-all").hidden = shown.every(has);
  one("keep-none").hidden = !slugs.length;
  one("undo").hidden = before === null;
}

function change(slugs, said) {
  before = kept();
  keep(slugs);
  say(said);
}

document.addEventListener("shortlist", follow);
document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-print]")) print();
  if (target.closest("[data-keep-all]")) {
    change([...new Set([...kept(), ...shown])].slice(0, MOST), "All of these are kept.");
  }
  if (target.closest("[data-keep-none]")) {
    change([], "Your shortlist is empty. Undo brings it back.");
    one("undo").focus();
  }
  if (target.closest("[data-undo]")) {
    const back = before;
    before = null;
    keep(back);
    say("Your shortlist is as it was.");
  }
  const gone = target.closest("[data-unkeep]")?.dataset.unkeep.split(" ");
  if (gone) {
    change(kept().filter((slug) => !gone.includes(slug)), "Taken off your shortlist.");
    target.closest("p").remove();
  }
});

document.getElementById("compare")?.addEventListener("change", () => {
  const count = document.querySelectorAll("#compare :checked").length;
  document.getElementById("ticked").textContent = count > 4
    ? `${count} are ticked. The first four will be shown.`
    : `${count} ticked. Two to four fit side by side.`;
});

follow();

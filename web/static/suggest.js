// Suggestions below the search box: the arrow keys choose, Enter opens, Escape closes.
import Combobox from "./vendor/combobox-nav-3.0.2.js?v=43604aad0758";

const PAUSE = 150;
const q = document.getElementById("q");
const list = document.getElementById("suggestions");
const said = document.getElementById("suggested");

function offer() {
  const combobox = new Combobox(q, list, { tabInsertsSuggestions: false });
  let timer;
  let asking;

  function close() {
    clearTimeout(timer);
    asking?.abort();
    said.textContent = "";
    if (list.hidden) return;
    list.hidden = true;
    combobox.stop();
  }

  function show(html) {
    list.innerHTML = html;
    const count = list.querySelectorAll("[role=option]").length;
    if (!count) return close();
    said.textContent = count === 1 ? "1 suggestion" : `${count} suggestions`;
    if (!list.hidden) return;
    list.hidden = false;
    combobox.start();
  }

  async function ask() {
    asking?.abort();
    asking = new AbortController();
    const address = `${list.dataset.from}?${new URLSearchParams({ q: q.value })}`;
    try {
      const answer = await fetch(address, { signal: asking.signal });
      if (answer.ok && document.activeElement === q) show(await answer.text());
    } catch {
      // Overtaken by more typing, or no network: the box works without.
    }
  }

  q.addEventListener("input", () => {
    clearTimeout(timer);
    if (q.value.trim().length < 2) return close();
    timer = setTimeout(ask, PAUSE);
  });
  q.addEventListener("blur", close);
  q.form.addEventListener("submit", close);
  q.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    // The first Escape closes the list, the next one empties the box.
    event.preventDefault();
    close();
  });
  // A click must not take the focus first, which would close the list.
  list.addEventListener("mousedown", (event) => event.preventDefault());
}

if (q) offer();

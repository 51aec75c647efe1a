// The shortlist: slugs of case studies, kept in this browser alone.

const KEY = "shortlist";
export const MOST = 50;
const SLUG = /^[a-z0-9-]{1,160}$/;

// Storage may be refused, or hold anything.
export function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY));
    if (!Array.isArray(found)) return [];
    const slugs = found.filter((slug) => typeof slug === "string" && SLUG.test(slug));
    return [...new Set(slugs)].slice(0, MOST);
  } catch {
    return [];
  }
}

export function keep(slugs) {
  try {
    localStorage.setItem(KEY, JSON.stringify(slugs));
  } catch {
    say("Your browser does not let this page keep anything.");
  }
  show();
}

export function say(text) {
  document.getElementById("kept").textContent = text;
}

export function address(slugs) {
  const query = new URLSearchParams(slugs.map((slug) => ["slug", slug]));
  return slugs.length ? `/shortlist?${query}` : "/shortlist";
}

export function show() {
  const slugs = kept();
  for (const button of document.querySelectorAll("[data-keep]")) {
    const isKept = slugs.includes(button.dataset.keep);
    button.ariaPressed = String(isKept);
    button.querySelector("[data-word]").textContent = isKept ? "Kept" : "Keep";
  }
  for (const link of document.querySelectorAll("[data-shortlist]")) {
    link.href = address(slugs);
    const count = link.querySelector("[data-count]");
    if (count) count.textContent = slugs.length ? ` (${slugs.length})` : "";
  }
  document.dispatchEvent(new CustomEvent("shortlist"));
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-keep]");
  if (!button) return;
  const slug = button.dataset.keep;
  const slugs = kept();
  if (slugs.includes(slug)) {
    keep(slugs.filter((other) => other !== slug));
    say("Taken off your shortlist.");
  } else if (slugs.length < MOST) {
    keep([...slugs, slug]);
    say(`Kept. ${slugs.length + 1} on your shortlist.`);
  } else {
    say(`Your shortlist is full: it holds ${MOST}. Take something off first.`);
  }
});

// Another tab, the results as they change, a page that comes back.
addEventListener("storage", ({ key }) => { if (key === KEY || key === null) show(); });
document.addEventListener("htmx:afterSettle", show);
addEventListener("pageshow", show);
show();

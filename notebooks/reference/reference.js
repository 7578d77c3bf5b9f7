"use strict";
// The theme, and the search of the index. Pages can be read without either.
const THEMES = ["system", "light", "dark"];
const themeButton = document.querySelector(".theme");
function setTheme(theme) {
  if (theme === "system") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.setAttribute("data-theme", theme);
  themeButton.textContent = "Theme: " + theme;
  themeButton.dataset.theme = theme;
  // A browser may keep nothing for pages from a file.
  try { localStorage.setItem("lightcone-theme", theme); } catch { /* it is forgotten */ }
}
let remembered = "system";
try { remembered = localStorage.getItem("lightcone-theme") || "system"; } catch { /* nothing is remembered */ }
setTheme(THEMES.includes(remembered) ? remembered : "system");
themeButton.hidden = false;
themeButton.addEventListener("click", () => {
  setTheme(THEMES[(THEMES.indexOf(themeButton.dataset.theme) + 1) % THEMES.length]);
});
const search = document.getElementById("search");
if (search) {
  const items = [...document.querySelectorAll(".entries li")];
  const sections = [...document.querySelectorAll("main section")];
  const count = document.querySelector(".count");
  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const item of items) {
      item.hidden = !words.every((word) => item.dataset.words.includes(word));
      if (!item.hidden) found += 1;
    }
    for (const section of sections) section.hidden = !section.querySelector("li:not([hidden])");
    count.textContent = words.length === 0 ? items.length + " entries"
      : found === 0 ? "Nothing has all of these words. Try fewer."
        : found + (found === 1 ? " entry" : " entries");
  };
  search.addEventListener("input", apply);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && event.target !== search && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  });
  apply();
}

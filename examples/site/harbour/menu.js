// Marks the page one is on in the menu.
for (const link of document.querySelectorAll("nav a")) {
  if (link.href === location.href) link.setAttribute("aria-current", "page");
}

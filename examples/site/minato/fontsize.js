// Larger letters, for those who want them: add #large to the address.
if (location.hash === "#large") document.documentElement.style.fontSize = "125%";

// Swaps the small picture for the large one.
document.querySelectorAll("img[data-src]").forEach(function (image) {
  image.src = image.getAttribute("data-src");
});

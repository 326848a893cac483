// Counts the words of the page, and tells nobody.
window.letters = document.body.textContent.length;

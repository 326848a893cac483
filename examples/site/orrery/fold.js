// Folds the list of further notes away until it is asked for.
const more = document.getElementById("more");
more.hidden = true;
document.getElementById("end").addEventListener("click", () => (more.hidden = !more.hidden));

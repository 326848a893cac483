// Numbers the paragraphs, so that one can cite them.
document.querySelectorAll("article > p:not(.by)").forEach((p, n) => (p.id = `p${n + 1}`));

// Loads one snapshot into ReplayWeb.page's service worker and shows it. Ours, and all of it.
(async () => {
  const { warc, uri, timestamp } = document.body.dataset;
  const frame = document.querySelector("iframe");
  const note = document.querySelector("p");
  const name = `s${crypto.randomUUID()}`;
  const scope = "/full/";
  const tell = (problem) => {
    note.hidden = false;
    note.querySelector("span").textContent = problem;
  };
  const active = async () => {
    const found = await navigator.serviceWorker.register(`${scope}sw.js`, { scope });
    const worker = found.active ?? found.waiting ?? found.installing;
    while (worker.state !== "activated") {
      if (worker.state === "redundant") throw new Error("the worker did not start");
      await new Promise((done) =>
        worker.addEventListener("statechange", done, { once: true }));
    }
    return worker;
  };
  try {
    const worker = await active();
    navigator.serviceWorker.addEventListener("message", ({ data }) => {
      if (data.name !== name) return;
      if (data.msg_type === "collAdded")
        frame.src = `${scope}w/${name}/${timestamp}mp_/${uri}`;
      if (data.msg_type === "collProgress" && data.error) tell(data.error);
    });
    navigator.serviceWorker.startMessages();
    const load = new URL(warc, location.href).href;
    worker.postMessage({
      msg_type: "addColl",
      name,
      file: { sourceUrl: load, loadUrl: load, name: "snapshot.warc.gz" },
      extraConfig: { csp: document.body.dataset.csp },
    });
    // What was shown is not left to the next snapshot: all share this origin's storage.
    addEventListener("pagehide", () => worker.postMessage({ msg_type: "removeColl", name }));
  } catch (problem) {
    tell(String(problem));
  }
})();

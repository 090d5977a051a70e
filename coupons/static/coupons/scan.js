// The till: the camera reads the code where the browser can; a scanner types it and ends with Enter.

(() => {
  const form = document.querySelector("[data-scan]");
  const field = form.querySelector("input[name=code]");
  const button = form.querySelector("[data-camera]");
  const view = form.querySelector("[data-view]");
  const PAUSE = 200; // between looks, in ms

  if (field.value) field.select();
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return;
  button.hidden = false;

  function stop() {
    for (const track of view.srcObject?.getTracks() || []) track.stop();
    view.srcObject = null;
    view.hidden = true;
  }

  async function look(detector) {
    if (!view.srcObject) return;
    const [found] = await detector.detect(view).catch(() => []);
    if (!found) return setTimeout(look, PAUSE, detector);
    stop();
    field.value = found.rawValue;
    form.requestSubmit();
  }

  button.addEventListener("click", async () => {
    if (view.srcObject) return stop();
    try {
      view.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      view.hidden = false;
      await view.play();
      await look(new BarcodeDetector());
    } catch {
      stop();
      form.querySelector("[data-trouble]").hidden = false;
    }
  });
})();

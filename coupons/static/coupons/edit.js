// The coupon's form shows what belongs to what is chosen.

(() => {
  const form = document.querySelector("[data-coupon-form]");
  const chosen = (name) => form.querySelector(`select[name="${name}"], [name="${name}"]:checked`)?.value;

  function show() {
    for (const part of form.querySelectorAll("[data-when-gives]")) {
      part.hidden = !part.dataset.whenGives.split(" ").includes(chosen("gives"));
    }
    for (const part of form.querySelectorAll("[data-when-codes]")) {
      part.hidden = part.dataset.whenCodes !== chosen("codes");
    }
  }

  form.addEventListener("change", show);
  show();
})();

// Makes a party's secret in its own browser: only the commitment is ever sent.
(function () {
  "use strict";
  const DOMAIN = "mingcha-draw-commitment/1";

  function hex(bytes) {
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  async function make(form) {
    const secret = hex(crypto.getRandomValues(new Uint8Array(32)));
    const told = [DOMAIN, form.dataset.draw, form.dataset.party, secret].join("\n");
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(told));
    const place = form.querySelector("[data-secret]");
    place.hidden = false;
    place.querySelector("input").value = secret;
    const file = new Blob([secret + "\n"], { type: "text/plain" });
    place.querySelector("[data-save]").href = URL.createObjectURL(file);
    form.querySelector("[name=commitment]").value = hex(new Uint8Array(digest));
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-make-secret]");
    if (!button) return;
    const form = button.closest("form");
    if (!window.crypto || !crypto.subtle) {
      button.hidden = true;
      form.querySelector("[data-no-crypto]").hidden = false;
      return;
    }
    make(form);
  });
})();

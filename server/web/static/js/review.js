// The head's desk by keyboard: j and k move between plans, x ticks one. All of it works without.
(function () {
  "use strict";

  const form = document.getElementById("review");
  if (!form) return;
  const picks = Array.from(form.querySelectorAll("[data-pick]"));
  const all = form.querySelector("[data-all]");

  // Each ticked plan has a reason of its own, which is the common one until somebody writes in it.
  const common = form.querySelector("[data-common]");
  const owns = Array.from(form.querySelectorAll("[data-own]")).map(function (field) {
    const pick = picks.find(function (one) { return one.value === field.dataset.own; });
    return { field: field, pick: pick, text: field.querySelector("textarea") };
  });

  function show() {
    const ticked = owns.filter(function (own) { return own.pick.checked; });
    owns.forEach(function (own) { own.field.hidden = ticked.length < 2 || !own.pick.checked; });
  }

  function prefill() {
    owns.forEach(function (own) {
      if (!own.text.dataset.written) own.text.value = common.value;
    });
  }

  owns.forEach(function (own) {
    if (own.text.value && own.text.value !== common.value) own.text.dataset.written = "yes";
    own.text.addEventListener("input", function () { own.text.dataset.written = "yes"; });
  });
  common.addEventListener("input", prefill);
  form.addEventListener("change", show);
  prefill();
  show();

  function step(by) {
    const at = picks.indexOf(document.activeElement);
    const next = picks[at < 0 ? 0 : Math.min(Math.max(at + by, 0), picks.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "center" });
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const typing = /^(TEXTAREA|SELECT)$/.test(event.target.tagName)
      || (event.target.tagName === "INPUT" && event.target.type !== "checkbox");
    if (typing) return;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "x" && picks.includes(document.activeElement)) document.activeElement.click();
    else if (event.target.type === "checkbox" && (event.key === "a" || event.key === "r")) {
      const act = form.querySelector('[data-act="' + (event.key === "a" ? "approve" : "return") + '"]');
      act.open = true;
      act.querySelector("input, textarea").focus();
    } else return;
    event.preventDefault();
  });

  all.hidden = false;
  all.addEventListener("click", function () {
    picks.forEach(function (pick) {
      pick.checked = pick.closest("[data-clean]").dataset.clean === "yes";
    });
    show();
  });
})();

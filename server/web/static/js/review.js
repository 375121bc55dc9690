// The head's desk by keyboard: j and k move between plans, x ticks one. All of it works without.
(function () {
  "use strict";

  const form = document.getElementById("review");
  if (!form) return;
  const picks = Array.from(form.querySelectorAll("[data-pick]"));
  const all = form.querySelector("[data-all]");

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
  });
})();

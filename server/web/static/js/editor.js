// The plan editor without page changes: find, add and drop enterprises, the rules looking on.
// Without this file every button sends the form, and the page comes back with all that was typed.
(function () {
  "use strict";

  const form = document.getElementById("plan-form");
  const find = document.getElementById("find");
  const found = document.getElementById("found");
  const targets = document.getElementById("targets");
  const live = document.getElementById("live");
  document.querySelectorAll("[data-needless]").forEach(function (button) { button.hidden = true; });

  function number() {
    targets.querySelectorAll(".no").forEach(function (place, index) { place.textContent = String(index + 1); });
  }

  function lookAgain() {
    live.dispatchEvent(new CustomEvent("again"));
  }

  // A new target goes with the officers of the one before it.
  function takeOver(card) {
    const before = card.previousElementSibling;
    if (!before) return;
    before.querySelectorAll("[data-officers] input:checked").forEach(function (chosen) {
      const same = card.querySelector('[data-officers] input[value="' + CSS.escape(chosen.value) + '"]');
      if (same) same.checked = true;
    });
  }

  function add(button) {
    window.htmx.ajax("GET", button.dataset.add, { target: "#targets", swap: "beforeend" }).then(function () {
      takeOver(targets.lastElementChild);
      number();
      find.value = "";
      found.replaceChildren();
      find.focus();
      lookAgain();
    });
  }

  function drop(card) {
    const next = card.nextElementSibling || card.previousElementSibling;
    card.remove();
    number();
    ((next && next.querySelector("[data-drop]")) || find).focus();
    lookAgain();
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.add) add(button);
    else if ("drop" in button.dataset) drop(document.getElementById(button.dataset.drop) || button.closest(".edit-target"));
    else return;
    event.preventDefault();
  });

  function move(from, by) {
    const all = [find].concat(Array.from(found.querySelectorAll("button")));
    const at = all.indexOf(from);
    if (at < 0) return false;
    all[Math.min(Math.max(at + by, 0), all.length - 1)].focus();
    return true;
  }

  form.addEventListener("keydown", function (event) {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" && move(event.target, 1)) event.preventDefault();
    else if (event.key === "ArrowUp" && move(event.target, -1)) event.preventDefault();
    else if (event.key === "Enter" && event.target.tagName === "INPUT") {
      event.preventDefault(); // a half-written plan is not sent by a slip
      const first = event.target === find && found.querySelector("button");
      if (first) add(first);
    }
  });

  number();
})();

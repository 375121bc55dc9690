// What the console does beyond links and forms: keys, refused forms in place, the map.
// Everything works without this file; it only saves page changes and reaching for the mouse.
(function () {
  "use strict";

  // ---- htmx: the token goes with every request, a refusal is shown beside what was typed ----
  document.addEventListener("htmx:configRequest", function (event) {
    const token = document.querySelector('meta[name="csrf-token"]');
    if (token) event.detail.headers["X-CSRFToken"] = token.content;
  });

  document.addEventListener("htmx:beforeSwap", function (event) {
    const detail = event.detail;
    if (detail.xhr.status < 400) return;
    const form = detail.requestConfig.elt.closest("form");
    const place = form && form.querySelector(".form-problem");
    detail.shouldSwap = true;
    detail.isError = false;
    if (place) {
      detail.target = place;
      detail.swapOverride = "innerHTML";
    }
  });

  // A key that acts on the open thing waits while another is on its way: an approval pressed
  // too early must never reach the one shown before.
  let underWay = 0;
  let held = null;

  function ofDetail(event) {
    // What was asked for: a refusal is shown elsewhere, which changes the event's own target.
    return event.detail.requestConfig.target.id === "detail";
  }

  function whenShown(act) {
    if (underWay) held = act;
    else act();
  }

  document.addEventListener("htmx:beforeRequest", function (event) {
    if (ofDetail(event)) underWay += 1;
  });

  document.addEventListener("htmx:afterRequest", function (event) {
    if (!ofDetail(event)) return;
    underWay = Math.max(0, underWay - 1);
    if (underWay) return;
    const act = held;
    held = null;
    if (act && event.detail.successful) act();
  });

  document.addEventListener("htmx:afterSwap", function (event) {
    const target = event.detail.target;
    if (target.id === "detail") {
      markCurrent();
      target.closest(".desk").classList.add("open");
      target.scrollTop = 0;
      if (window.matchMedia("(max-width: 1180px)").matches) window.scrollTo(0, 0);
    }
    prepare(document);
  });

  // ---- the list: which row is the open one ----
  function rows() {
    return Array.from(document.querySelectorAll(".desk-list .row-link"));
  }

  function markCurrent() {
    const shown = document.querySelector("#detail [data-item]");
    rows().forEach(function (row) {
      if (shown && row.dataset.row === shown.dataset.item) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    });
  }

  function step(by) {
    const all = rows();
    if (!all.length) return;
    const at = underWay
      ? all.indexOf(document.activeElement)
      : all.findIndex(function (row) { return row.hasAttribute("aria-current"); });
    const to = at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1);
    if (to === at) return;
    const next = all[to];
    next.focus({ preventScroll: false });
    next.click();
  }

  function openAct(name) {
    const act = document.querySelector('#detail [data-act="' + name + '"]');
    if (!act) return;
    if (act.tagName === "DETAILS") act.open = true;
    const first = act.querySelector("input:not([type=hidden]), textarea, button[type=submit]");
    (first || act).focus();
    (first || act).scrollIntoView({ block: "center" });
  }

  function keyed(key) {
    return document.querySelector('[data-key="' + CSS.escape(key) + '"]');
  }

  // ---- keys: j k a r / ----
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (typing) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (keyed(event.key)) whenShown(function () { const act = keyed(event.key); if (act) act.click(); });
    else if (event.key === "a") whenShown(function () { openAct("approve"); });
    else if (event.key === "r") whenShown(function () { openAct("return"); });
    else if (event.key === "/") {
      const search = document.querySelector("[data-search]");
      if (!search) return;
      search.focus();
      search.select();
    } else return;
    event.preventDefault();
  });

  // One open act at a time.
  document.addEventListener("toggle", function (event) {
    if (!event.target.matches || !event.target.matches(".act") || !event.target.open) return;
    document.querySelectorAll(".act[open]").forEach(function (other) {
      if (other !== event.target) other.open = false;
    });
    const first = event.target.querySelector("input:not([type=hidden]), textarea");
    if (first) first.focus();
  }, true);

  // ---- filters submit themselves when a choice changes ----
  document.addEventListener("change", function (event) {
    if (event.target.matches(".filters select")) event.target.form.requestSubmit();
  });

  // ---- the map: a point, a fence and a plain ground; nothing is asked of other hosts ----
  function drawMap(place) {
    const data = JSON.parse(place.dataset.map);
    const map = window.L.map(place, {
      attributionControl: false, zoomControl: true, scrollWheelZoom: false, zoomSnap: 0.25,
    });
    const shown = [];
    const first = data.premise || data.points[0];
    map.setView([first.lat, first.lon], 16); // a circle in metres has no size before there is a view
    if (data.premise) {
      const at = [data.premise.lat, data.premise.lon];
      shown.push(window.L.circle(at, {
        radius: data.premise.radius_m, color: "#0b5f53", weight: 2, dashArray: "6 6", fillColor: "#0b5f53", fillOpacity: 0.06,
      }).addTo(map));
      window.L.circleMarker(at, {
        radius: 8, color: "#ffffff", weight: 2, fillColor: "#0b5f53", fillOpacity: 1,
      }).bindTooltip(data.premise.label, { permanent: true, direction: "top", offset: [0, -8] }).addTo(map);
    }
    data.points.forEach(function (point, index) {
      const at = [point.lat, point.lon];
      shown.push(window.L.circle(at, {
        radius: Math.max(point.acc_m, 1), color: "#1f4e8c", weight: 1, fillColor: "#1f4e8c", fillOpacity: 0.12,
      }).addTo(map));
      window.L.circleMarker(at, {
        radius: 7, color: "#ffffff", weight: 2, fillColor: "#1f4e8c", fillOpacity: 1,
      }).bindTooltip(point.label, { permanent: true, direction: index ? "left" : "right", offset: [index ? -8 : 8, 0] }).addTo(map);
    });
    if (shown.length) map.fitBounds(window.L.featureGroup(shown).getBounds().pad(0.2), { animate: false });
    window.L.control.scale({ imperial: false }).addTo(map);
    place.dataset.drawn = "yes";
  }

  function prepare(root) {
    if (!window.L) return;
    root.querySelectorAll("[data-map]:not([data-drawn])").forEach(drawMap);
  }

  prepare(document);
})();

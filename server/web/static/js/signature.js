// The pad a receipt is signed on. It keeps strokes as the tablet does: points [x, y, t] with x and
// y in 0..1000 of the pad and t in milliseconds since the first point.
(function () {
  "use strict";
  const MOST_STROKES = 200;
  const MOST_POINTS = 2000;
  const form = document.querySelector("[data-sign]");
  if (!form) return;
  const pad = form.querySelector("canvas");
  const frame = pad.parentElement;
  const field = form.elements.strokes;
  const missing = form.querySelector("[data-missing]");
  const pen = pad.getContext("2d");
  let strokes = [];
  let current = null;
  let began = 0;

  function point(event) {
    const box = pad.getBoundingClientRect();
    const share = function (value, whole) { return Math.round(Math.min(Math.max(value / whole, 0), 1) * 1000); };
    if (!began) began = event.timeStamp;
    return [share(event.clientX - box.left, box.width), share(event.clientY - box.top, box.height), Math.round(event.timeStamp - began)];
  }

  function draw() {
    const box = pad.getBoundingClientRect();
    const scale = window.devicePixelRatio || 1;
    pad.width = Math.round(box.width * scale);
    pad.height = Math.round(box.height * scale);
    pen.lineWidth = 2.6 * scale;
    pen.lineCap = "round";
    pen.lineJoin = "round";
    pen.strokeStyle = "#16211f";
    strokes.forEach(function (stroke) {
      pen.beginPath();
      stroke.forEach(function (at, index) {
        const x = at[0] / 1000 * pad.width;
        const y = at[1] / 1000 * pad.height;
        if (index) pen.lineTo(x, y);
        else pen.moveTo(x, y);
      });
      if (stroke.length === 1) pen.lineTo(stroke[0][0] / 1000 * pad.width + 0.1, stroke[0][1] / 1000 * pad.height);
      pen.stroke();
    });
    frame.classList.toggle("signed", strokes.length > 0);
    field.value = JSON.stringify(strokes);
  }

  pad.addEventListener("pointerdown", function (event) {
    if (strokes.length >= MOST_STROKES || event.button > 0) return;
    pad.setPointerCapture(event.pointerId);
    current = [point(event)];
    strokes.push(current);
    missing.hidden = true;
    draw();
    event.preventDefault();
  });
  pad.addEventListener("pointermove", function (event) {
    if (!current || current.length >= MOST_POINTS) return;
    const next = point(event);
    const last = current[current.length - 1];
    if (next[0] === last[0] && next[1] === last[1]) return;
    current.push(next);
    draw();
  });
  ["pointerup", "pointercancel"].forEach(function (name) {
    pad.addEventListener(name, function () { current = null; });
  });
  form.querySelector("[data-clear]").addEventListener("click", function () {
    strokes = [];
    began = 0;
    draw();
    pad.focus();
  });
  form.addEventListener("submit", function (event) {
    if (strokes.length) return;
    event.preventDefault();
    missing.hidden = false;
    pad.scrollIntoView({ block: "center" });
  });
  window.addEventListener("resize", draw);
  draw();
})();

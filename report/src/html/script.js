// Reads a stripe to whoever points at it, and steps from one to the next by arrow keys.
(() => {
  "use strict";
  const readout = document.querySelector(".readout");
  const stripesOf = (row) => [...row.querySelectorAll(".track [tabindex]")];
  const middleOf = (stripe) => {
    const box = stripe.getBoundingClientRect();
    return box.left + box.width / 2;
  };

  const tell = (stripe) => {
    const variant = stripe.closest(".run").dataset.variant;
    const worker = stripe.closest("li").querySelector(".name").textContent;
    readout.textContent = `${variant}, ${worker}: ${stripe.querySelector("title").textContent}`;
  };

  // The stripe of the next row that has any, where this one is in time.
  const beside = (stripe, direction) => {
    const rows = [...stripe.closest(".lanes").children].filter((row) => stripesOf(row).length > 0);
    const row = rows[rows.indexOf(stripe.closest("li")) + direction];
    const distance = (other) => Math.abs(middleOf(other) - middleOf(stripe));
    return row && stripesOf(row).reduce((best, other) => (distance(other) < distance(best) ? other : best));
  };

  const next = (stripe, key) => {
    const stripes = stripesOf(stripe.closest("li"));
    switch (key) {
      case "ArrowRight": return stripes[stripes.indexOf(stripe) + 1];
      case "ArrowLeft": return stripes[stripes.indexOf(stripe) - 1];
      case "ArrowDown": return beside(stripe, 1);
      case "ArrowUp": return beside(stripe, -1);
      case "Home": return stripes[0];
      case "End": return stripes[stripes.length - 1];
      default: return undefined;
    }
  };

  const stripeAt = (event) => event.target.closest?.(".track [tabindex]");
  // Not "pointerover": a page that scrolls below a pointer at rest has nothing to say.
  document.addEventListener("pointermove", (event) => {
    const stripe = stripeAt(event);
    if (stripe) tell(stripe);
  });
  document.addEventListener("focusin", (event) => {
    const stripe = stripeAt(event);
    if (!stripe) return;
    tell(stripe);
    stripe.scrollIntoView({ block: "nearest", inline: "nearest" });
    // Tab comes back to where it left a chart.
    for (const former of stripe.closest(".run").querySelectorAll('.track [tabindex="0"]')) {
      former.setAttribute("tabindex", "-1");
    }
    stripe.setAttribute("tabindex", "0");
  });
  document.addEventListener("keydown", (event) => {
    const stripe = stripeAt(event);
    if (!stripe || event.ctrlKey || event.altKey || event.metaKey) return;
    const other = next(stripe, event.key);
    if (other) {
      event.preventDefault();
      other.focus();
    }
  });
  if (readout) readout.hidden = false;
})();

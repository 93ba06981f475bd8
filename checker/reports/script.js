"use strict";
// Moves between passages by keyboard and lights up both sides of one. The page works without it.
(() => {
  const calls = Array.from(document.querySelectorAll(".call"));
  const order = calls.map((call) => call.id.replace("-d", "-"));
  const said = document.getElementById("said");
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let at = -1;

  const sides = (name) => Array.from(document.querySelectorAll("[data-m]"))
    .filter((element) => element.dataset.m.split(" ").includes(name));

  const light = (name) => {
    document.querySelectorAll(".on").forEach((element) => element.classList.remove("on"));
    sides(name).forEach((element) => element.classList.add("on"));
  };

  // a group that was folded away opens when it is asked for
  const unfold = (element) => {
    for (let box = element && element.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  };

  const reveal = (element) => element.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });

  const choose = (index, focus) => {
    at = index;
    const call = calls[index];
    light(order[index]);
    if (focus) call.focus({ preventScroll: true });
    call.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
    const card = document.querySelector(call.getAttribute("href"));
    const list = card && card.closest(".sources");
    unfold(card);
    // in two columns the list of sources scrolls by itself, and the draft stays where it is
    if (list && getComputedStyle(list).overflowY === "auto") {
      list.scrollTop += card.getBoundingClientRect().top - list.getBoundingClientRect().top - 8;
    }
    said.textContent = `${index + 1} of ${calls.length}. ${call.getAttribute("aria-label")}`;
  };

  const step = (by) => {
    if (calls.length) choose((at + by + calls.length + (at < 0 && by < 0 ? 1 : 0)) % calls.length, true);
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "n" || event.key === "j") step(1);
    else if (event.key === "p" || event.key === "k") step(-1);
    else return;
    event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const mark = event.target.closest(".text mark");
    if (!mark || String(getSelection())) return;
    choose(order.indexOf(mark.dataset.m.split(" ")[0]), true);
  });

  document.addEventListener("focusin", (event) => {
    const call = event.target.closest(".call");
    const card = event.target.closest(".card");
    if (call) at = calls.indexOf(call);
    else if (card) at = order.indexOf(card.dataset.m);
    if ((call || card) && at >= 0) light(order[at]);
  });

  // following a link from one side puts the focus on the other
  addEventListener("hashchange", () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target) {
      unfold(target);
      target.focus({ preventScroll: true });
      reveal(target);
    }
  });
})();

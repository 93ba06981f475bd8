// One report on the page: verdict, filters, the draft beside the stories, and the way between them.
import { bdi, byId, count, el, figure, nameClass, oneLine, share } from "./dom.js";
import { copyCredit, panel } from "./cards.js";
import { draft } from "./draft.js";
import { findings } from "./pieces.js";
import * as say from "./say.js";
import { WORDS } from "./words.js";

const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
const FEW = 3;
/** Cards, and blocks of the draft, that are made before anything is shown; of the others so many milliseconds' worth at
 * a time. */
const FIRST = 4;
const BLOCKS = 2;
const SLICE = 8;
const LEGEND = el("p", { class: "legend fine" },
  el("span", {}, el("ins", { text: "only in this text" })), el("span", {}, el("del", { text: "only in the story" })));
const announce = (text) => { byId("said").textContent = text; };

/** Shows a report in `room`. `text` is the draft where the page has it, else "". */
export class Result {
  constructor(room, report, text, actions) {
    Object.assign(this, { room, report, text, at: -1, all: findings(report) });
    this.off = new Set();
    this.draft = el("section", { class: "draft", "aria-labelledby": "draft-h" });
    this.cards = el("section", { class: "sources", tabindex: "0", "aria-labelledby": "found-h" });
    this.where = el("span", { class: "fine where" });
    this.filters = [];
    room.replaceChildren(...this.head(actions), ...this.bar(), this.sides(), ...this.foot());
    this.fill();
    room.hidden = false;
  }

  head(actions) {
    const { report } = this;
    const icon = Object.hasOwn(WORDS.icons, report.verdict) ? WORDS.icons[report.verdict] : "?";
    const decided = report.reasons.filter((reason) => !report.unjudged.includes(reason));
    const doubts = report.unjudged.length ? report.unjudged : report.verdict === "incomplete" ? report.reasons : [];
    const rulings = this.all.filter(({ said }) => said.why).map(({ said }) => `${said.rule}: ${said.why}`);
    const why = decided.filter((reason) => rulings.some((ruling) => reason.startsWith(ruling)));
    const notes = [...decided.filter((reason) => !why.includes(reason) && !doubts.includes(reason)), ...report.warnings];
    return [
      el("header", { class: `head verdict ${nameClass(report.verdict)}` },
        el("h2", { id: "verdict", tabindex: "-1" },
          el("span", { class: `badge ${nameClass(report.verdict)}` }, el("span", { "aria-hidden": "true", text: icon }), ` ${say.verdict(report)}`),
          " ", bdi(report.id || "This text")),
        el("p", { class: "lead", text: say.summary(report) }),
        list("doubts", "What could not be checked", doubts),
        list("why", "Why", why),
        notes.length ? el("ul", { class: "notes fine" }, notes.map((note) => el("li", {}, bdi(note)))) : null,
        el("p", { class: "actions" }, actions)),
      this.stories(),
    ].filter(Boolean);
  }

  stories() {
    const { stories = [] } = this.report;
    if (!stories.length) return null;
    const meter = (value) => el("td", {}, el("meter", { min: "0", max: "1", value: `${value}`, "aria-hidden": "true" }), ` ${share(value)}`);
    const head = ["Story", "Words", "Of this text", "Of the story", "Longest run"].map((text) => el("th", { scope: "col", text }));
    const rows = el("tbody", {});
    this.tell = () => {
      if (rows.firstChild) return;
      rows.append(...stories.map((story) => el("tr", {},
        el("th", { scope: "row" }, bdi(say.title(story)), " ", el("span", { class: "fine" }, story.holder ? [bdi(story.holder), ", "] : "", bdi(story.id))),
        el("td", { text: figure(story.words) }), meter(story.submitted_share), meter(story.source_share),
        el("td", { text: count(story.longest_run, "word") }))));
    };
    return el("details", { class: "stories" },
      el("summary", { text: "What it takes from each story" }),
      el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Stories" }, el("table", {},
        el("thead", {}, el("tr", {}, head)), rows)));
  }

  /** Jumps and filters: one switch for each status that there is. */
  bar() {
    if (!this.all.length) return [];
    const kinds = new Map();
    for (const one of this.all.toSorted((a, b) => say.gravity(a.said) - say.gravity(b.said) || a.order - b.order)) {
      const name = one.match ? one.match.status : "listed";
      kinds.set(name, [...(kinds.get(name) ?? []), one]);
    }
    const jump = (by, text, key) => el("button", { type: "button", "aria-keyshortcuts": key, on: { click: () => this.step(by) } }, text);
    this.filters = [...kinds].map(([name, ones]) => el("button", {
      type: "button", class: `filter ${nameClass(ones[0].said.severity)}`, "aria-pressed": "true", data: { status: name },
      on: { click: (event) => this.toggle(event.currentTarget) },
    }, el("span", { class: "tick", "aria-hidden": "true" }), `${name === "listed" ? "notices" : say.status(ones[0].said)} ${ones.length}`));
    const only = (text, keep) => el("button", { type: "button", class: "plain", on: { click: () => this.keep(keep) } }, text);
    const notes = new Set([...kinds].filter(([, ones]) => ones.every(({ said }) => say.gravity(said) === 2)).map(([name]) => name));
    const some = notes.size && notes.size < kinds.size;
    this.jumps = el("div", { class: "bar", role: "group", "aria-label": "Passages" },
      jump(-1, "↑ Previous", "p k"), jump(1, "↓ Next", "n j"), this.where);
    return [
      kinds.size > 1 ? el("div", { class: "filters", role: "group", "aria-label": "Show by status" }, this.filters,
        some ? only("Problems only", (name) => !notes.has(name)) : null, only("All", () => true)) : "",
      this.jumps,
    ];
  }

  sides() {
    this.sidesBox = el("div", { class: "sides" }, this.draft, this.all.length ? this.cards : null);
    this.sidesBox.addEventListener("click", (event) => this.clicked(event));
    this.sidesBox.addEventListener("focusin", (event) => this.focused(event));
    return this.sidesBox;
  }

  foot() {
    const { dropped = [], index, tool, judged = {} } = this.report;
    const under = [judged.policy && `under ${judged.policy}`, judged.channel && `for ${judged.channel}`, judged.territory].filter(Boolean).join(", ");
    return [
      dropped.length ? el("details", { class: "aside" }, el("summary", { text: `Set aside: ${count(dropped.length, "passage")}` }),
        el("ul", {}, dropped.map((one) => el("li", {}, el("q", { dir: "auto", text: oneLine(one.submitted.text) }),
          ` is ${say.reason(one)}; `, bdi(say.title(one.source)), " has it too.")))) : null,
      under ? el("p", { class: "fine" }, bdi(`Judged ${under}.`)) : null,
      el("p", { class: "fine" }, bdi(`${tool.name} ${tool.version}; ${count(index.works, "story", "stories")} in the index, specification ${index.spec}.`)),
    ].filter(Boolean);
  }

  /** Draft and cards for the statuses that are switched on. */
  fill() {
    const seen = this.all.filter((one) => !this.off.has(one.match ? one.match.status : "listed"));
    this.page = draft(this.report, this.text, seen);
    this.draft.replaceChildren(el("h3", { id: "draft-h", text: "This text" }), ...this.page.nodes);
    const hidden = this.all.length - seen.length;
    this.panel = panel(seen);
    this.cards.replaceChildren(
      el("h3", { id: "found-h", text: `${seen.length} found${hidden ? `, ${hidden} filtered out` : ""}` }),
      seen.some(({ edits }) => edits.some(({ change }) => change !== "equal")) ? LEGEND.cloneNode(true) : "",
      ...this.panel.boxes,
    );
    this.panel.more(FIRST);
    this.calls = [];
    this.order = [];
    this.sideOf = new Map();
    this.whole = !this.page.more(BLOCKS);
    if (this.whole) this.ordered();
    this.later(this.panel, this.page);
    this.at = -1;
    this.where.textContent = count(this.page.calls, "passage");
    return seen.length;
  }

  /** The links and marks of the draft as far as it is made, by their place and by their finding. */
  ordered() {
    this.calls = [...this.draft.querySelectorAll(".call")];
    this.order = this.calls.map((call) => call.id.slice(1));
    this.sideOf = new Map();
    for (const element of this.draft.querySelectorAll("mark")) {
      for (const name of element.dataset.m.split(" ")) this.sideOf.set(name, [...(this.sideOf.get(name) ?? []), element]);
    }
  }

  /** What is not in view is made in slices, the draft before the cards, so that the page answers at once. */
  later(mine, page) {
    const slice = () => {
      if (this.panel !== mine) return;
      const until = performance.now() + SLICE;
      while (page.more(1) && performance.now() < until);
      if (!page.more(0)) this.drafted();
      while (mine.more(2) && performance.now() < until);
      if (page.more(0) || mine.more(0)) setTimeout(slice);
      else this.tell?.();
    };
    requestAnimationFrame(() => setTimeout(slice));
  }

  /** All of the draft is made. */
  drafted() {
    if (this.whole) return;
    this.page.more(Infinity);
    this.whole = true;
    this.ordered();
  }

  /** Everything is made. */
  finish() {
    this.drafted();
    this.panel.more(this.all.length);
    this.tell?.();
  }

  card(name) {
    if (!byId(`s${name}`)) this.finish();
    return byId(`s${name}`);
  }

  toggle(button) {
    const name = button.dataset.status;
    if (!this.off.delete(name)) this.off.add(name);
    this.refill();
  }

  keep(wanted) {
    this.off = new Set(this.filters.map((button) => button.dataset.status).filter((name) => !wanted(name)));
    this.refill();
  }

  refill() {
    for (const button of this.filters) button.setAttribute("aria-pressed", String(!this.off.has(button.dataset.status)));
    announce(`${count(this.fill(), "passage")} shown`);
  }

  light(name) {
    this.drafted();
    for (const element of this.lit ?? []) element.classList.remove("on");
    this.lit = [...(this.sideOf.get(name) ?? []), this.card(name)];
    for (const element of this.lit) element.classList.add("on");
  }

  step(by) {
    this.drafted();
    const { length } = this.calls;
    if (length) this.choose((this.at + by + length + (this.at < 0 && by < 0 ? 1 : 0)) % length);
  }

  /** Passage by its place in the draft: both sides light up and come into view, the focus is in the draft. */
  choose(index) {
    this.drafted();
    const call = this.calls[index];
    this.at = index;
    this.light(this.order[index]);
    call.focus({ preventScroll: true });
    call.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
    this.show(this.card(this.order[index]));
    this.where.textContent = `${index + 1} of ${this.calls.length}`;
    announce(`${index + 1} of ${this.calls.length}. ${call.getAttribute("aria-label")}`);
  }

  /** A card in a group that was folded away opens; where the list scrolls by itself the draft stays where it is. */
  show(card) {
    for (let box = card.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    if (getComputedStyle(this.cards).overflowY !== "auto") return;
    // at the end of the draft the list is pushed up, behind the bar
    const top = Math.max(this.cards.getBoundingClientRect().top, this.jumps.getBoundingClientRect().bottom);
    this.cards.scrollTop += card.getBoundingClientRect().top - top - 8;
  }

  clicked(event) {
    this.drafted();
    const link = event.target.closest("a.call, a.back");
    const button = event.target.closest("button[data-credit]");
    const mark = event.target.closest(".text mark");
    if (link) {
      event.preventDefault();
      const name = link.getAttribute("href").slice(2);
      const target = link.matches(".call") ? this.card(name) : byId(`d${name}`);
      if (!target) return;
      if (link.matches(".call")) this.show(target);
      target.focus({ preventScroll: true });
      target.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
    } else if (button) {
      copyCredit(button).then(announce);
    } else if (mark && !String(getSelection())) {
      const index = this.order.indexOf(mark.dataset.m.split(" ")[0]);
      if (index >= 0) this.choose(index);
    }
  }

  focused(event) {
    this.drafted();
    const call = event.target.closest(".call");
    const card = event.target.closest(".card");
    if (call) this.at = this.calls.indexOf(call);
    else if (card) this.at = this.order.indexOf(card.dataset.m);
    if ((call || card) && this.at >= 0) {
      this.light(this.order[this.at]);
      this.where.textContent = `${this.at + 1} of ${this.calls.length}`;
    }
  }
}

/** Sentences under a title; more than a few are folded away, so that they do not stand before the draft. */
const list = (name, title, sentences) => {
  if (!sentences.length) return null;
  const items = el("ul", {}, sentences.map((one) => el("li", {}, bdi(one))));
  if (sentences.length <= FEW) return el("div", { class: name }, el("h3", { text: title }), items);
  return el("details", { class: name }, el("summary", {}, el("h3", { class: "group-h", text: title }), " ",
    el("span", { class: "fine", text: `${sentences.length} reasons` })), items);
};

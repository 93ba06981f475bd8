// The desk's page: what the index holds, what in it must not run, stories in, and a word about one of them.
import { bdi, byId, count, el, figure, moment, oneLine, size } from "./dom.js";
import { marking } from "./mark.js";
import { ask } from "./service.js";
import { keyForm, trouble, watchState } from "./shell.js";
import { uploads } from "./upload.js";

const PAGE = 50;
let next = "";
let turn = 0;

const FIGURES = [
  ["stories", "works", figure],
  ["versions kept", "revisions", figure],
  ["words", "words", figure],
  ["texts whose term is over", "expired", figure],
  ["on the disk", "file_bytes", size],
  ["specification", "spec", oneLine],
];

const figures = (index) => byId("figures").replaceChildren(...FIGURES.filter(([, name]) => index[name] !== undefined)
  .flatMap(([label, name, show]) => [el("dt", { text: label }), el("dd", {}, bdi(show(index[name])))]));

const news = (room, lines, told) => room.replaceChildren(lines.length
  ? el("ul", { class: "news" }, lines.map((line) => el("li", {}, ...told(line))))
  : el("p", { class: "fine", text: "None." }));

const named = (line) => [el("b", {}, bdi(line.title || line.id)), " ", el("span", { class: "fine" }, bdi(line.id))];

const killed = (line) => [
  el("span", { class: "chip error" }, el("span", { "aria-hidden": "true", text: "✗ " }), oneLine(line.state)), " ", ...named(line),
  el("p", { class: "fine" }, bdi([moment(line.since), line.by && `by ${line.by}`, line.note].filter(Boolean).join(", "))),
];

const embargoed = (line) => [
  el("span", { class: "chip warning" }, el("span", { "aria-hidden": "true", text: "! " }), "until ", bdi(moment(line.embargo))), " ", ...named(line),
];

const row = (story) => el("tr", {},
  el("th", { scope: "row" }, bdi(story.title || story.id), " ", el("span", { class: "fine" }, bdi(story.id))),
  el("td", {}, bdi(story.holder)), el("td", {}, bdi(story.version)),
  el("td", { text: figure(story.words) }), el("td", {}, bdi(moment(story.added))),
  el("td", {}, el("button", { type: "button", class: "small", on: { click: () => mark(story) } }, "Mark…",
    el("span", { class: "unseen" }, " ", bdi(story.title || story.id)))));

/** Index figures and the list from its beginning. */
const load = async () => {
  const mine = ++turn;
  try {
    const [index, stories] = await Promise.all([ask("v1/index"), ask(`v1/articles?limit=${PAGE}`)]);
    if (mine !== turn) return;
    trouble(null);
    figures(index);
    news(byId("killed"), index.killed ?? [], killed);
    news(byId("embargoed"), index.embargoed ?? [], embargoed);
    byId("stories").replaceChildren();
    append(stories);
  } catch (told) {
    if (!told.title) throw told;
    if (mine === turn) trouble(told, load);
  }
};

const append = (page) => {
  byId("stories").append(...page.articles.map(row));
  next = page.next ?? "";
  byId("more").hidden = !next;
  const shown = byId("stories").rows.length;
  byId("listed").textContent = shown ? `${count(shown, "story", "stories")} shown${next ? "" : ", which is all"}` : "There is no story in the index yet.";
};

const more = async () => {
  const [mine, before] = [turn, byId("stories").rows.length];
  byId("more").disabled = true;
  try {
    const page = await ask(`v1/articles?${new URLSearchParams({ limit: PAGE, cursor: next })}`);
    if (mine !== turn) return;
    append(page);
    byId("said").textContent = byId("listed").textContent;
    byId("stories").rows[before]?.querySelector("button").focus();
  } catch (told) {
    if (!told.title) throw told;
    trouble(told, more);
  } finally {
    byId("more").disabled = false;
  }
};

const mark = marking(load);
byId("more").addEventListener("click", more);
keyForm(load);
uploads(load);
watchState();
load();

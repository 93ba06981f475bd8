// What was found, beside the draft: a card for each passage in its group, and one for each notice.
import { bdi, copy, count, el, nameClass, share, shown } from "./dom.js";
import { changes, cut, Ruler } from "./pieces.js";
import * as say from "./say.js";
import { WORDS } from "./words.js";

const ORDER = ["stopped", "copied", "allowed", "quoted", "stock", "listed"];
/** These groups stand apart, folded away while there is something graver to see. */
const FOLDED = ["quoted", "stock"];

/** The findings in their groups, in order; in each the gravest first, then as the draft has them. */
export const grouped = (found) => ORDER.map((name) => [
  name,
  found.filter((one) => say.group(one) === name)
    .sort((one, other) => say.gravity(one.said) - say.gravity(other.said) || one.order - other.order),
]).filter(([, ones]) => ones.length);

export const classes = (one) => `${nameClass(one.said.severity)} g-${say.group(one)}`;

const heading = (group) => (group === "listed" ? "Notices in this text" : WORDS.headings[group]);

/** The groups, and what fills them: `more` makes so many cards in their order, and answers how many are still to come. */
export const panel = (found) => {
  const groups = grouped(found);
  const grave = groups.some(([name]) => !FOLDED.includes(name) && name !== "listed");
  const boxes = groups.map(([name, ones]) => el(
    "details",
    { class: "group", open: !(grave && FOLDED.includes(name)), data: { group: name } },
    el("summary", {}, el("h3", { class: "group-h", text: heading(name) }), " ",
      el("span", { class: "fine", text: count(ones.length, name === "listed" ? "notice" : "passage") })),
  ));
  const waiting = groups.flatMap(([, ones], index) => ones.map((one) => [boxes[index], one]));
  const told = new Set();
  let made = 0;
  const more = (most) => {
    for (const [box, one] of waiting.slice(made, made + most)) box.append(card(one, told));
    made = Math.min(made + most, waiting.length);
    return waiting.length - made;
  };
  return { boxes, more };
};

const card = (one, told) => el(
  "article",
  { class: `card ${classes(one)}`, id: `s${one.key}`, tabindex: "-1", "aria-labelledby": `s${one.key}-h`, data: { m: one.key } },
  el("h4", { class: "card-h", id: `s${one.key}-h` }, el("span", { class: "number", text: one.number }), " ", bdi(say.headline(one))),
  one.match ? matched(one, told) : [chips(one), el("blockquote", { dir: "auto", text: shown(one.passage.text) })],
  links(one),
);

const chips = (one, ...more) => el(
  "p",
  { class: "facts" },
  el("span", { class: `chip ${nameClass(one.said.severity)}` },
    el("span", { "aria-hidden": "true", text: say.sign(one.said) }),
    el("span", { class: "unseen", text: `${say.severity(one.said)}: ` }), ` ${one.match ? say.status(one.said) : say.severity(one.said)}`),
  more.filter(Boolean).map((text) => el("span", {}, bdi(text))),
  one.said.rule ? el("span", { class: "rule" }, "rule ", bdi(one.said.rule)) : null,
);

const matched = (one, told) => {
  const { match } = one;
  const { source } = match;
  const facts = [
    say.likeness(match), match.speaker ? `words of ${match.speaker}` : "", say.label(one.passage),
    `longest run ${count(match.longest_run, "word")}`, `${share(match.source_share)} of the story`,
  ];
  return [
    say.alarms(match).map((alarm) => el("p", { class: "alarm" }, bdi(alarm))),
    chips(one, ...facts),
    el("p", { class: "origin" }, el("b", {}, bdi(say.title(source))), " ", bdi(say.origin(source))),
    say.family(source) ? el("p", { class: "origin" }, bdi(say.family(source))) : null,
    story(match),
    first(told, source.id) ? conditions(match) : null,
    also(match.also ?? []),
  ];
};

const first = (told, name) => !told.has(name) && Boolean(told.add(name));

/** The passage as the story has it, with what the draft has otherwise or not at all. */
const story = (match) => {
  const { source } = match;
  if (!source.text) return el("p", { class: "missing", text: say.withoutText(source) });
  const text = shown(source.text);
  const spots = changes(match.edits ?? [], "source", new Ruler(source.text, source.start), source.text);
  const quote = el("blockquote", { dir: "auto", "aria-label": "The words in the story" }, cut(spots, text.length).map(
    ({ start, end, changed }) => (changed ? el("del", { text: text.slice(start, end) }) : text.slice(start, end)),
  ));
  if (match.severity !== "note") return quote;
  return el("details", {}, el("summary", { text: "The words in the story" }), quote);
};

const conditions = (match) => {
  const told = say.terms(match);
  if (!told.length) return null;
  const weighty = match.severity !== "note" && told.some(([name]) => !["feed", "published"].includes(name));
  return el("details", { class: "terms", open: weighty }, el("summary", { text: "What came with the story" }),
    el("dl", {}, told.map(([name, value]) => [el("dt", { text: name }), el("dd", {}, el("bdi", { text: shown(String(value)) }))])));
};

const also = (others) => (others.length ? el("details", {},
  el("summary", { text: `The same words in ${count(others.length, "other story", "other stories")}` }),
  el("ul", {}, others.map((other) => el("li", {}, bdi(say.title(other)), " ", el("span", { class: "fine" }, bdi(say.origin(other))))))) : null);

/** Back to the draft, and the story's line of credit for the clipboard. */
const links = (one) => {
  const where = say.whereabouts(one.passage);
  const line = one.match ? say.credit(one.match.source) : "";
  return el(
    "p",
    { class: "links" },
    el("a", { class: "back", href: `#d${one.key}` }, el("span", { "aria-hidden": "true", text: "←" }), " In this text",
      where ? [": ", bdi(where)] : ""),
    line ? el("button", { type: "button", class: "small", data: { credit: line } }, "Copy credit line ", bdi(`“${line}”`)) : null,
  );
};

/** What the click on a button for a line of credit does; answers what to say of it. */
export const copyCredit = async (button) => {
  const line = button.dataset.credit;
  const done = await copy(line);
  button.classList.toggle("done", done);
  return done ? `Copied: ${line}` : `This browser lets nothing be copied. The line is: ${line}`;
};

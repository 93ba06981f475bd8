// How the page speaks of a finding: as checker/reports/words.py and terms.py, whose words it uses.
import { count, figure, moment, oneLine, share } from "./dom.js";
import { WORDS } from "./words.js";

const own = (table, name) => (Object.hasOwn(table, name) ? table[name] : oneLine(name));

export const status = (found) => own(WORDS.statuses, found.status);
export const severity = (found) => own(WORDS.severities, found.severity);
export const sign = (found) => (Object.hasOwn(WORDS.signs, found.severity) ? WORDS.signs[found.severity] : "!");
const TOO_SHORT = "Too short to judge";

/** Whether a text has too few words for anything to be found in it. */
const isShort = (report) => report.verdict === "incomplete" && report.unjudged.some((reason) => reason.startsWith(TOO_SHORT.toLowerCase()));

export const verdict = (report) => (isShort(report) ? TOO_SHORT : own(WORDS.verdicts, report.verdict));
export const label = (passage) => (Object.hasOwn(WORDS.labels, passage.label ?? "") ? WORDS.labels[passage.label] : "");
export const reason = (dropped) => own(WORDS.reasons, dropped.reason) + (dropped.detail ? ` (${oneLine(dropped.detail)})` : "");

/** Where a finding belongs; a status that only a later version knows counts as copied. */
export const group = ({ match }) => {
  if (!match) return "listed";
  return Object.hasOwn(WORDS.groups, match.status) ? WORDS.groups[match.status] : "copied";
};

/** Its place in the order of gravity, from 0; one that is not known is a warning. */
export const gravity = (found) => (WORDS.gravity.includes(found.severity) ? WORDS.gravity.indexOf(found.severity) : 1);

export const title = (source) => oneLine(source.title).trim() || oneLine(source.id);

const version = (name) => {
  const said = oneLine(name).trim();
  return /^\d+$/.test(said) ? `version ${said}` : said;
};

export const origin = (source) => [
  source.holder, source.id, version(source.version), source.current === false ? "since replaced" : "",
].map(oneLine).filter(Boolean).join(", ");

/** "42 words, word for word", "42 words, edited (87 % alike)" */
export const likeness = (match) => {
  const alike = match.kind === "verbatim" ? "" : ` (${share(Math.min(match.similarity, 0.99))} alike)`;
  const order = match.rearranged ? " and in another order" : "";
  return `${count(match.words, "word")}, ${own(WORDS.kinds, match.kind)}${order}${alike}`;
};

/** A finding in one line: what the policy said of it, else what it is. */
export const headline = ({ match, notice, said }) => {
  const why = oneLine(said.why).trim();
  if (match) return why || `${likeness(match)}, ${status(match)}`;
  const kind = own(WORDS.notices, notice.kind);
  const whose = oneLine(notice.name || notice.holder).trim();
  if (why) return why.startsWith("carries a notice") ? kind + why.slice("carries a notice".length) : `${kind}: ${why}`;
  return kind + (whose ? ` of ${whose}` : "") + (notice.years?.length ? `, ${notice.years.join(", ")}` : "");
};

const member = (one) => {
  const known = [oneLine(one.id), version(one.version)].filter(Boolean).join(", ");
  return oneLine(one.title).trim() ? `“${oneLine(one.title).trim()}” (${known})` : known;
};

/** "2nd Lead-Writethru of 5 versions; newest: ..."; "" for a story that stands alone. */
export const family = (source) => {
  const found = source.family;
  if (!found || (found.members ?? 1) < 2) return "";
  const mine = version(source.version);
  const versions = `of ${count(found.members, "version")}`;
  if (found.newest?.id === source.id) return `${mine ? `${mine}, the` : "the"} newest ${versions}`;
  return `${mine || "one"} ${versions}${found.newest ? `; newest: ${member(found.newest)}` : ""}`;
};

/** What must be seen at once: the story was killed or withheld, or is under an embargo that counts here. */
export const alarms = (match) => {
  const { source } = match;
  const states = [source.rights?.state, source.family?.state, match.status];
  const said = [];
  const gravest = ["killed", "withheld"].find((one) => states.includes(one));
  if (gravest) {
    const known = source.family?.state === gravest ? source.family : {};
    const by = known.by && known.by !== source.id ? `, by ${oneLine(known.by)}` : "";
    said.push(gravest.toUpperCase() + (known.since ? ` ${moment(known.since)}` : "") + by);
  }
  if (match.status === "embargoed") {
    const until = moment(source.family?.embargo || source.rights?.embargo);
    said.push(until ? `EMBARGO until ${until}` : "EMBARGO");
  }
  return said;
};

/** What came with the story about its use, each with its name, as received. */
export const terms = (match) => {
  const { rights = {}, family: known = {} } = match.source;
  const window = [rights.licence_from && `from ${moment(rights.licence_from)}`, rights.licence_until && `until ${moment(rights.licence_until)}`];
  return [
    ["embargo until", match.status === "embargoed" ? "" : moment(known.embargo || rights.embargo)],
    ["to be used until", moment(known.expires || rights.expires)],
    ["usage terms", rights.usage],
    ["note to editors", rights.note],
    ["licence window", window.filter(Boolean).join(" ")],
    ["territory", rights.territory],
    ["copyright", rights.copyright],
    ["credit", rights.credit],
    ["feed", rights.feed],
    ["published", moment(rights.published)],
    ["rights expression", rights.expression],
    ...(rights.doubts ?? []).map((doubt) => ["doubt", doubt]),
  ].filter(([, value]) => value && String(value).trim());
};

/** The line of credit that a story asks for, else its holder. */
export const credit = (source) => oneLine(source.rights?.credit || source.holder).trim();

/** Why there are no words of the story to show. */
export const withoutText = (source) => {
  const which = `the passage is characters ${figure(source.start)} to ${figure(source.end)} of it.`;
  return source.rights?.expired
    ? `Its text left the index on ${moment(source.rights.expired)}, when its term was over; ${which}`
    : `Its text is not in this report; ${which}`;
};

/** Pages, paragraphs or time codes of a passage; "" where it has none. */
export const whereabouts = (passage) => {
  const said = (passage.places ?? []).map((one) => [
    one.page ? `page ${one.page}` : "",
    one.paragraph ? `paragraph ${one.paragraph}` : "",
    one.begins ? oneLine(one.begins) + (one.ends ? ` to ${oneLine(one.ends)}` : "") : "",
  ].filter(Boolean).join(", ") || oneLine(one.part)).filter(Boolean);
  return said.length > 2 ? `${said[0]} … ${said.at(-1)}` : said.join(" and ");
};

/** What was found, in a sentence. */
export const summary = (report) => {
  const figures = report.submitted;
  const total = count(figures.words, "word");
  const stories = (number) => count(number, "protected story", "protected stories");
  if (!report.matches.length) {
    if (isShort(report)) return `${total}: ${TOO_SHORT.toLowerCase()}.`;
    if (report.verdict === "incomplete") return `${total} could be judged; no passage of a protected story was found in them.`;
    return report.verdict === "clear"
      ? `${total}, none of them in a passage from ${stories(report.index.works)}.`
      : `${total}; no passage of a protected story was found in them, but see the notices.`;
  }
  const copied = figures.copied_words || Math.round(figures.copied_share * figures.words);
  const from = report.stories?.length || new Set(report.matches.map((match) => match.source.id)).size;
  return `${figure(copied)} of ${total} (${share(figures.copied_share)}) also stand in ${stories(from)}.`;
};

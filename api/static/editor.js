// The editor's page: takes a draft, asks the service, shows its answer.
import { bdi, byId, count, el, size } from "./dom.js";
import { saveJson, savePage } from "./evidence.js";
import { isThe } from "./pieces.js";
import { Result } from "./result.js";
import { ask, Trouble } from "./service.js";
import { askForKey, keyForm, trouble, watchState } from "./shell.js";
import * as say from "./say.js";
import { WORDS } from "./words.js";

const LOCAL = "wirecheck-keys-off";
const [form, text, file] = [byId("form"), byId("text"), byId("file")];
let chosen = null;
let waiting = null;
let result = null;

const occasion = () => {
  const held = Object.fromEntries(["channel", "territory"].map((name) => [name, byId(name).value.trim()]).filter(([, value]) => value));
  const own = byId("own").value.split(",").map((id) => id.trim()).filter(Boolean);
  const at = byId("at").value ? new Date(byId("at").value).toISOString() : "";
  return { ...held, ...(own.length ? { own } : {}), ...(at ? { at } : {}) };
};

/** A text goes as JSON, a file as it is. */
const request = (sent) => {
  if (!sent.file) return { json: { text: sent.text, ...sent.occasion } };
  const body = new FormData();
  body.append("file", sent.file, sent.file.name);
  for (const [name, value] of Object.entries(sent.occasion)) [value].flat().forEach((one) => body.append(name, one));
  return { body };
};

/** The text that was matched, where it is that to the letter: as it was sent, or as the service read it from a file. */
const wordsOf = (sent, report) => {
  const words = sent.file ? report.text : sent.text;
  return typeof words === "string" && isThe(words, report) ? words : "";
};

const busy = (on) => {
  byId("check").disabled = on;
  byId("check").textContent = on ? "Checking…" : "Check";
  byId("cancel").hidden = !on;
  form.setAttribute("aria-busy", String(on));
};

const check = async () => {
  const sent = { file: chosen, text: text.value, occasion: occasion() };
  if (!sent.file && !sent.text.trim()) {
    trouble({ title: "There is nothing to check yet", detail: "Paste a draft into the box, or choose a file." });
    text.focus();
    return;
  }
  waiting?.abort();
  const stop = new AbortController();
  waiting = stop;
  trouble(null);
  busy(true);
  byId("said").textContent = "Checking";
  try {
    const answer = await ask(sent.file ? "v1/checks?with_text=true" : "v1/checks", { ...request(sent), signal: stop.signal });
    show(answer, sent);
  } catch (told) {
    if (stop.signal.aborted) return;
    if (!told.title) throw told;
    byId("result").hidden = true;
    trouble(told, check);
    if (!told.status) watchState();
  } finally {
    if (waiting === stop) {
      waiting = null;
      busy(false);
    }
  }
};

const isReport = (one) => one?.schema === "wirecheck.report/1" && [one.matches, one.notices, one.reasons].every(Array.isArray);

/** The answer about one text, or about the many of one file. */
const show = (answer, sent) => {
  const reports = answer?.reports ?? [answer];
  if (!Array.isArray(reports) || !reports.every(isReport)) {
    throw new Trouble("The service's answer could not be read", "It is no report, or one of a version that this page does not know.");
  }
  const when = new Date().toISOString();
  const room = byId("result");
  const render = (report) => {
    const box = reports.length === 1 ? room : byId("one");
    result = new Result(box, report, wordsOf(sent, report), actions(answer, sent, when));
    performance.measure("shown", "answer");
  };
  if (reports.length === 1) render(reports[0]);
  else many(reports, room, render);
  byId("verdict")?.focus({ preventScroll: true });
  room.scrollIntoView({ block: "start" });
};

const many = (reports, room, render) => {
  const items = reports.map((report) => el("li", {}, el("button", {
    type: "button", class: "plain", on: { click: () => { render(report); byId("verdict").focus(); } },
  }, bdi(report.id || "A text")), ` ${say.verdict(report)}, ${count(report.matches.length, "passage")}`));
  room.replaceChildren(el("nav", { class: "contents", "aria-label": "Texts" },
    el("h2", { text: count(reports.length, "text") }), el("ol", {}, items)), el("div", { id: "one" }));
  room.hidden = false;
  if (reports.length) render(reports[0]);
};

const actions = (answer, sent, when) => [
  ["Change the draft", () => { text.focus(); form.scrollIntoView({ block: "start" }); }],
  ["Save the evidence (JSON)", () => saveJson(answer, sent, when)],
  ["Save the page (HTML)", () => {
    result.finish();
    return savePage(sent, when);
  }],
].map(([name, act]) => el("button", { type: "button", on: { click: act } }, name));

const choose = (files) => {
  [chosen] = files;
  if (!chosen) return;
  byId("chosen-name").textContent = chosen.name;
  byId("chosen-size").textContent = size(chosen.size) + (files.length > 1 ? `; the other ${files.length - 1} are left out: one at a time` : "");
  byId("chosen").hidden = false;
  byId("drop").hidden = true;
  check();
};

const unchoose = () => {
  chosen = null;
  file.value = "";
  byId("chosen").hidden = true;
  byId("drop").hidden = false;
  text.focus();
};

const drops = (box) => {
  const carries = (event) => event.dataTransfer?.types.includes("Files");
  for (const name of ["dragover", "drop"]) addEventListener(name, (event) => carries(event) && event.preventDefault());
  box.addEventListener("dragover", (event) => carries(event) && box.classList.add("over"));
  box.addEventListener("dragleave", () => box.classList.remove("over"));
  box.addEventListener("drop", (event) => {
    box.classList.remove("over");
    if (carries(event)) choose([...event.dataTransfer.files]);
  });
  text.addEventListener("paste", (event) => {
    if (!event.clipboardData?.files.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    choose([...event.clipboardData.files]);
  });
};

/** n, j, p, k move between passages; never while somebody writes, and not where they were switched off. */
const keys = () => {
  const box = byId("keys-on");
  try {
    box.checked = !localStorage.getItem(LOCAL);
    box.addEventListener("change", () => (box.checked ? localStorage.removeItem(LOCAL) : localStorage.setItem(LOCAL, "1")));
  } catch {
    // a browser that keeps nothing: the switch lasts as long as the page
  }
  addEventListener("keydown", (event) => {
    if (!box.checked || !result || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    const by = { n: 1, j: 1, p: -1, k: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    result.step(by);
  });
};

const start = async () => {
  byId("disclaimer").textContent = WORDS.disclaimer;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    check();
  });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  byId("choose").addEventListener("click", () => file.click());
  file.addEventListener("change", () => choose([...file.files]));
  byId("unchoose").addEventListener("click", unchoose);
  byId("cancel").addEventListener("click", () => {
    waiting?.abort();
    byId("said").textContent = "Stopped";
  });
  addEventListener("beforeprint", () => result?.finish());
  drops(byId("drop"));
  keys();
  keyForm(() => byId("text").focus());
  watchState();
  try {
    await ask("v1/index");
  } catch (told) {
    if (told.status === 401) askForKey();
  }
};

start();

// Files of stories to the index, one after the other, with what became of each.
import { bdi, byId, count, el, figure, size } from "./dom.js";
import { upload } from "./service.js";

/** Entries of a file of which it is said what was wrong; of the others only how many there are. */
const TOLD = 10;

const summary = (answer) => {
  const said = [
    ["added", answer.added], ["replaced", answer.replaced], ["unchanged", answer.unchanged],
    ["applied to other stories", answer.applied?.length], ["refused", answer.refused?.length],
  ].filter(([, number]) => number).map(([name, number]) => `${figure(number)} ${name}`).join(", ") || "nothing in it to add";
  return answer.words ? `${said}: ${count(answer.words, "word")} in all` : said;
};

/** A feed of teasers is noticed by this: the stories are found by these words only. */
const inPart = ({ partial }) => (partial ? [`${count(partial, "story is", "stories are")} there in part only, for no more came`] : []);

const line = (file, sign, said, details = []) => el("li", {},
  el("span", { "aria-hidden": "true", text: `${sign} ` }), el("b", {}, bdi(file.name)), ": ", bdi(said),
  details.length ? el("ul", { class: "fine" }, details.slice(0, TOLD).map((one) => el("li", {}, bdi(one))),
    details.length > TOLD ? el("li", { text: `and ${details.length - TOLD} more` }) : null) : null);

const told = (file, answer) => {
  const notes = [...(answer.refused ?? []), ...(answer.notes ?? [])].map((one) => [one.place, one.detail].filter(Boolean).join(": "));
  const sign = answer.refused?.length || answer.partial ? "!" : "✓";
  return line(file, sign, summary(answer), [...inPart(answer), ...notes]);
};

const form = (file) => {
  const body = new FormData();
  for (const name of ["holder", "feed"]) if (byId(name).value.trim()) body.append(name, byId(name).value.trim());
  body.append("file", file, file.name);
  return body;
};

/** Wires the form; `done` is called when all files were sent. */
export const uploads = (done) => {
  const [input, bar, room] = [byId("files"), byId("bar"), byId("done")];
  let stop = null;

  const progress = (file, before, total) => (part) => {
    const share = total ? (before + part * file.size) / total : 1;
    if (part < 1) bar.value = share;
    else bar.removeAttribute("value");
    byId("bar-label").textContent = part < 1 ? `Sending ${file.name}: ${Math.round(share * 100)} % of ${size(total)}` : `${file.name} was sent; its stories are being indexed`;
  };

  const send = async (files) => {
    if (stop) return;
    if (!files.length) {
      room.replaceChildren(el("li", { text: "Choose one or more files first." }));
      input.focus();
      return;
    }
    stop = new AbortController();
    const total = files.reduce((sum, file) => sum + file.size, 0);
    room.replaceChildren();
    busy(true);
    let before = 0;
    for (const file of files) {
      progress(file, before, total)(0);
      try {
        room.append(told(file, await upload("v1/articles", form(file), progress(file, before, total), stop.signal)));
      } catch (trouble) {
        if (stop.signal.aborted) {
          room.append(line(file, "!", "stopped; what had arrived of it may be in the index"));
          break;
        }
        if (!trouble.title) throw trouble;
        const wait = trouble.again ? `Try again in ${count(trouble.again, "second")}.` : "";
        room.append(line(file, "✗", [trouble.title, trouble.detail, wait].filter(Boolean).join(". ").replaceAll("..", "."), trouble.items));
      }
      before += file.size;
    }
    stop = null;
    busy(false);
    byId("said").textContent = `${count(files.length, "file")} done`;
    done();
  };

  const busy = (on) => {
    byId("under-way").hidden = !on;
    byId("send").disabled = on;
    byId("stop").hidden = !on;
    if (!on) input.value = "";
  };

  byId("upload").addEventListener("submit", (event) => {
    event.preventDefault();
    send([...input.files]);
  });
  byId("stop").addEventListener("click", () => stop?.abort());
  const box = byId("drop");
  const carries = (event) => event.dataTransfer?.types.includes("Files");
  for (const name of ["dragover", "drop"]) addEventListener(name, (event) => carries(event) && event.preventDefault());
  box.addEventListener("dragover", (event) => carries(event) && box.classList.add("over"));
  box.addEventListener("dragleave", () => box.classList.remove("over"));
  box.addEventListener("drop", (event) => {
    box.classList.remove("over");
    if (carries(event)) send([...event.dataTransfer.files]);
  });
};

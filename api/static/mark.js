// What the desk says of one story: a small form over the page.
import { byId, count, oneLine } from "./dom.js";
import { ask, Trouble } from "./service.js";

const complain = (told) => {
  const room = byId("mark-problem");
  room.hidden = !told;
  room.textContent = told ? [told.title, told.detail, ...(told.items ?? [])].filter(Boolean).map(oneLine).join(" ") : "";
};

/** What is sent. Throws Trouble where something is missing. */
const said = () => {
  const [state, note] = [byId("mark-state").value, byId("mark-note").value.trim()];
  if (state !== "embargo") return { state, note };
  const until = byId("mark-embargo").value;
  if (!until) throw new Trouble("Say until when.");
  return { embargo: new Date(until).toISOString(), note };
};

const address = (id) => {
  try {
    return `v1/articles/${encodeURIComponent(id)}/mark`;
  } catch {
    throw new Trouble("The id of this story has half of a character in it, and cannot be put into an address.");
  }
};

/** Opens the form for a story; `done` is called when something was said of it. */
export const marking = (done) => {
  const box = byId("mark");
  let story = null;
  byId("mark-leave").addEventListener("click", () => box.close());
  byId("mark-state").addEventListener("change", () => {
    byId("until").hidden = byId("mark-state").value !== "embargo";
  });
  byId("mark-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    byId("mark-do").disabled = true;
    try {
      const marked = await ask(address(story.id), { json: said() });
      box.close();
      const others = marked.others?.length ? `, with ${count(marked.others.length, "other version")}` : "";
      byId("said").textContent = `Marked: ${oneLine(story.title || story.id)} is ${oneLine(marked.state)}${others}.`;
      done();
    } catch (told) {
      if (!told.title) throw told;
      complain(told);
    } finally {
      byId("mark-do").disabled = false;
    }
  });
  return (chosen) => {
    story = chosen;
    complain(null);
    byId("mark-form").reset();
    byId("until").hidden = true;
    byId("mark-title").textContent = `“${oneLine(story.title || story.id)}”`;
    box.showModal();
    byId("mark-state").focus();
  };
};

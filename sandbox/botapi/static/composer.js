// The line one writes in: sending, replies, files, the command menu and inline results.
import { clock, element, find, get, post, toast } from "./server.js";

const QUERY_PAUSE = 250; // ms of no typing before the bot is asked

export function setUpComposer(chat) {
  const text = find("text");
  const menu = find("menu");
  let bot = null;
  let replyTo = null;
  let chosen = -1;
  let typing = 0;
  let asked = 0;

  const border = () => text.offsetHeight - text.clientHeight;
  const grow = () => { text.style.height = "auto"; text.style.height = `${Math.min(text.scrollHeight + border(), 160)}px`; };
  const clear = () => { text.value = ""; grow(); close(); stopReply(); };
  const close = () => { menu.hidden = true; menu.replaceChildren(); chosen = -1; asked += 1; };

  function stopReply() {
    replyTo = null;
    find("replying").hidden = true;
  }

  function reply(message, summary) {
    replyTo = message.message_id;
    find("replying").hidden = false;
    find("replying").firstElementChild.textContent = summary;
    text.focus();
  }

  async function say(line) {
    const body = { text: line, reply_to: replyTo };
    clear();
    await post("/page/send", body).catch((error) => toast(error.message));
  }

  function inlineQuery() {
    const name = bot?.username ? `@${bot.username.toLowerCase()}` : null;
    const line = text.value.trimStart();
    if (!name || !line.toLowerCase().startsWith(name)) return null;
    const rest = line.slice(name.length);
    return /^\s/.test(rest) ? rest.trim() : null;
  }

  // --- the menu above the line: commands, or what the bot offers -----------------------------
  const fill = (items) => { menu.replaceChildren(...items); menu.hidden = !items.length; chosen = -1; };

  function mark(step) {
    const items = [...menu.querySelectorAll("[role=option]")];
    if (!items.length) return;
    items[chosen]?.removeAttribute("aria-selected");
    chosen = (chosen + step + items.length) % items.length;
    items[chosen].setAttribute("aria-selected", "true");
    items[chosen].scrollIntoView({ block: "nearest" });
  }

  function option(...children) {
    const made = element("button.option", ...children);
    made.type = "button";
    made.setAttribute("role", "option");
    return made;
  }

  async function offerCommands() {
    const wanted = text.value.slice(1).toLowerCase();
    const mine = (asked += 1);
    const commands = await get("/page/commands");
    if (mine !== asked) return;
    fill(commands.filter((one) => one.command.startsWith(wanted)).map((one) => {
      const made = option(element("b", `/${one.command}`), element("span", one.description));
      made.addEventListener("click", () => say(`/${one.command}`));
      return made;
    }));
  }

  function result(one, query) {
    const sound = one.audio ?? one.voice;
    const line = one.description || sound?.performer || "";
    const made = option(
      element("i.tile", sound ? "♪" : (one.title || "?").slice(0, 1)),
      element("span.two", element("b", one.title || sound?.file_name || one.id), element("span", line)),
      sound ? element("small", clock(sound.duration)) : null,
    );
    made.addEventListener("click", () => {
      clear();
      post("/page/choose", { result_id: one.id, query }).catch((error) => toast(error.message));
    });
    return made;
  }

  async function offerResults(query, offset = "") {
    const mine = (asked += 1);
    const offer = await post("/page/inline", { query, offset }).catch(() => null);
    if (mine !== asked || !offer) return;
    const items = offer.results.map((one) => result(one, query));
    if (offset) {
      menu.append(...items);
    } else {
      fill(items.length ? items : [element("p.none", offer.late ? "The bot did not answer" : "Nothing found")]);
    }
    menu.onscroll = offer.next_offset ? () => {
      if (menu.scrollHeight - menu.scrollTop - menu.clientHeight > 60) return;
      menu.onscroll = null;
      offerResults(query, offer.next_offset);
    } : null;
  }

  function typed() {
    grow();
    clearTimeout(typing);
    const query = inlineQuery();
    if (query !== null) typing = setTimeout(() => offerResults(query), QUERY_PAUSE);
    else if (/^\/\w*$/.test(text.value)) offerCommands();
    else close();
  }

  function keyed(event) {
    const open = !menu.hidden;
    if (event.key === "Escape") { close(); stopReply(); }
    else if (open && event.key === "ArrowDown") { event.preventDefault(); mark(1); }
    else if (open && event.key === "ArrowUp") { event.preventDefault(); mark(-1); }
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      const marked = menu.querySelector("[aria-selected=true]");
      if (marked) marked.click();
      else submit();
    }
  }

  function submit() {
    const line = text.value.trim();
    if (line && inlineQuery() === null) say(line);
  }

  async function attach(file) {
    const form = new FormData();
    form.append("file", file);
    if (file.type.startsWith("audio/")) form.append("duration", await lengthOf(file));
    await post("/page/upload", form).catch((error) => toast(error.message));
  }

  text.addEventListener("input", typed);
  text.addEventListener("keydown", keyed);
  find("composer").addEventListener("submit", (event) => { event.preventDefault(); submit(); text.focus(); });
  find("replying").querySelector("button").addEventListener("click", stopReply);
  find("file").addEventListener("change", (event) => {
    [...event.target.files].forEach(attach);
    event.target.value = "";
  });
  find("start").addEventListener("click", () => say("/start"));
  chat.onReply = reply;
  chat.onSay = say;
  chat.onQuery = (query) => { text.value = `@${bot.username} ${query}`; text.focus(); typed(); };

  // While hidden it has no height to measure, so it is measured when it comes into sight.
  const started = (yes = true) => { find("start").hidden = yes; find("composer").hidden = !yes; grow(); };
  return { begin: (state) => { bot = state.bot; started(state.started); }, started };
}

// How long a chosen file plays, in seconds; one that cannot be read counts as one second.
function lengthOf(file) {
  return new Promise((resolve) => {
    const sound = new Audio(URL.createObjectURL(file));
    const done = (seconds) => { URL.revokeObjectURL(sound.src); resolve(seconds); };
    sound.addEventListener("loadedmetadata", () => done(sound.duration || 1));
    sound.addEventListener("error", () => done(1));
  });
}

// The two sides: channels to forward from, and the phone with codes and QR logins.
import { clock, element, find, post, sizeOf, toast } from "./server.js";

const opened = new Set();

function close(id) {
  find(id).classList.remove("open");
  find("shade").hidden = true;
}

function open(id) {
  find(id).classList.add("open");
  find("shade").hidden = false;
  if (id === "phone") find("code-dot").hidden = true;
}

function subtitle(chat) {
  const kind = chat.type === "channel" ? "channel" : "group";
  const name = chat.username ? `@${chat.username}` : kind;
  return `${name} · ${chat.count} ${chat.count === 1 ? "post" : "posts"}`;
}

function postLine(chat, one) {
  const sound = one.audio ?? one.voice;
  const file = sound ?? one.document;
  const title = sound?.title || file?.file_name || one.text || "Post";
  const parts = sound ? [sound.performer, clock(sound.duration)] : [file ? sizeOf(file.file_size) : ""];
  const forward = element("button.plain.forward", "↪");
  forward.title = "Forward to the bot";
  forward.setAttribute("aria-label", `Forward ${title}`);
  forward.disabled = chat.protected;
  forward.addEventListener("click", async () => {
    await post("/page/forward", { chat_id: chat.id, post_id: one.id }).catch((error) => toast(error.message));
    close("channels");
  });
  const name = element("span.two", element("b", title), element("span", parts.filter(Boolean).join(" · ")));
  return element("li", element("small", `${one.id}`), name, forward);
}

function chatBlock(chat) {
  const made = element("details.channel");
  made.id = `c${chat.id}`;
  made.open = opened.has(chat.id);
  made.addEventListener("toggle", () => (made.open ? opened.add(chat.id) : opened.delete(chat.id)));
  const label = element("span.two", element("b", chat.title), element("span", subtitle(chat)));
  made.append(element("summary", element("i.tile", chat.title.slice(0, 1)), label));
  made.append(element("ol", ...chat.posts.map((one) => postLine(chat, one))));
  return made;
}

function codeLine(code) {
  const number = element("output.code", code.code);
  const copy = element("button.plain", "copy");
  copy.addEventListener("click", () => navigator.clipboard.writeText(code.code).then(() => toast("Copied")));
  const who = code.phone ? `${code.name} · +${code.phone}` : code.name;
  return element("div.login", element("small", who), number, copy);
}

function listChats(chats) {
  find("channel-list").replaceChildren(...chats.map(chatBlock));
  if (!chats.length) find("channel-list").append(element("p.hint", "There are no channels in this world."));
}

export function setUpSides() {
  document.querySelectorAll("[data-open]").forEach((one) => one.addEventListener("click", () => open(one.dataset.open)));
  document.querySelectorAll("[data-close]").forEach((one) => one.addEventListener("click", () => close(one.dataset.close)));
  find("shade").addEventListener("click", () => ["channels", "phone"].forEach(close));
  find("people").addEventListener("change", (event) => { location.search = `?user=${event.target.value}`; });
  find("scan").addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await post("/page/scan", { link: find("link").value });
      find("link").value = "";
      toast("Login approved");
    } catch (error) {
      toast(error.message);
    }
  });

  return {
    begin(state) {
      listChats(state.chats);
      find("people").replaceChildren(...state.people.map((person) => {
        const made = element("option", person.first_name);
        made.value = person.id;
        made.selected = person.id === state.user.id;
        return made;
      }));
      find("codes").replaceChildren(element("p.hint", "A code appears here when somebody logs in."));
      state.codes.forEach((code) => this.addCode(code));
      find("code-dot").hidden = true;
    },
    addCode(code) {
      find("codes").querySelector(".hint")?.remove();
      find("codes").prepend(codeLine(code));
      find("code-dot").hidden = false;
    },
    listChats,
    updateChat(chat) {
      const old = find(`c${chat.id}`);
      if (old) old.replaceWith(chatBlock(chat));
      else find("channel-list").append(chatBlock(chat));
    },
  };
}

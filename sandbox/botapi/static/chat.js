// The messages: one bubble each, replaced when the message changes.
import { formatted } from "./entities.js";
import { player } from "./player.js";
import { alertBox, element, find, mediaAddress, post, sizeOf, toast } from "./server.js";

const time = (seconds) => new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
const day = (seconds) => new Date(seconds * 1000).toLocaleDateString([], { day: "numeric", month: "long" });

export class Chat {
  constructor() {
    this.place = find("chat");
    this.messages = new Map();
    // Who reads the end stays there when the place shrinks, as for a menu, or an image arrives.
    this.following = true;
    let height = 0;
    this.place.addEventListener("scroll", () => {
      // A place that just shrank scrolls too, before its observer is told.
      if (this.place.clientHeight === height) this.following = this.atEnd();
    });
    new ResizeObserver(() => {
      height = this.place.clientHeight;
      if (this.following) this.toEnd();
    }).observe(this.place);
    this.onReply = () => {};
    this.onSay = (text) => post("/page/send", { text });
    this.onQuery = () => {};
    find("pinned").addEventListener("click", () => this.show(Number(find("pinned").dataset.message)));
  }

  begin(state) {
    this.bot = state.bot;
    this.messages.clear();
    this.place.replaceChildren();
    state.messages.forEach((message) => this.add(message));
    if (!state.messages.length) this.place.append(element("p.empty", "No messages here yet."));
    this.pin(state.pinned);
    this.toEnd();
  }

  add(message) {
    const follow = this.following || message.out;
    this.place.querySelector(".empty")?.remove();
    const last = [...this.messages.values()].at(-1);
    if (!last || day(last.date) !== day(message.date)) this.place.append(element("p.day", day(message.date)));
    this.messages.set(message.message_id, message);
    this.place.append(this.bubble(message));
    if (follow) this.toEnd();
  }

  edit(message) {
    const old = find(`m${message.message_id}`);
    if (!old) return this.add(message);
    const follow = this.following;
    this.messages.set(message.message_id, message);
    const sound = old.querySelector("audio");
    const made = this.bubble(message);
    // A player that plays goes on when only the caption or the buttons changed.
    if (sound && !sound.paused) made.querySelector(".player")?.replaceWith(old.querySelector(".player"));
    made.classList.add("changed");
    old.replaceWith(made);
    return follow && this.toEnd();
  }

  remove(message) {
    this.messages.delete(message.message_id);
    const gone = find(`m${message.message_id}`);
    gone?.querySelector("audio")?.pause();
    gone?.remove();
  }

  pin(message) {
    const bar = find("pinned");
    bar.hidden = !message;
    if (!message) return;
    bar.dataset.message = message.message_id;
    bar.replaceChildren(element("strong", "Pinned message"), element("span", this.summary(message)));
  }

  show(id) {
    const target = find(`m${id}`);
    target?.scrollIntoView({ block: "center", behavior: "smooth" });
    target?.classList.add("changed");
  }

  summary(message) {
    return message.text || message.caption || message.audio?.title || message.audio?.file_name || message.document?.file_name || "File";
  }

  bubble(message) {
    const made = element("article.message", ...this.heads(message), ...this.files(message));
    made.id = `m${message.message_id}`;
    made.classList.add(message.out ? "out" : "in");
    const text = message.text ?? message.caption;
    if (text) made.append(formatted(text, message.entities ?? message.caption_entities, (command) => this.onSay(command)));
    const edited = message.edit_date ? "edited " : "";
    made.append(element("time", `${edited}${time(message.date)}`));
    const whole = element("div.row", made);
    whole.id = made.id;
    made.removeAttribute("id");
    whole.classList.add(message.out ? "out" : "in");
    const rows = message.reply_markup?.inline_keyboard ?? [];
    if (rows.length) whole.append(this.keyboard(message, rows));
    made.addEventListener("dblclick", () => this.onReply(message, this.summary(message)));
    return whole;
  }

  heads(message) {
    const heads = [];
    const origin = message.forward_origin;
    if (origin) {
      const from = origin.chat?.title ?? origin.sender_chat?.title ?? origin.sender_user?.first_name;
      heads.push(element("div.head", "Forwarded from ", element("b", from)));
    }
    if (message.via_bot) heads.push(element("div.head", "via ", element("b", `@${message.via_bot.username}`)));
    const replied = message.reply_to_message;
    if (replied) {
      const quote = element("button.quote", element("b", replied.from?.first_name ?? ""), element("span", this.summary(replied)));
      quote.addEventListener("click", () => this.show(replied.message_id));
      heads.push(quote);
    }
    return heads;
  }

  files(message) {
    const sound = message.audio ?? message.voice;
    if (sound) return [player(sound)];
    if (message.photo) {
      const image = element("img.photo");
      image.src = mediaAddress(message.photo.at(-1));
      image.alt = "Photo";
      image.addEventListener("load", () => this.following && this.toEnd());
      return [image];
    }
    if (!message.document) return [];
    const file = message.document;
    const name = element("a.file", element("i", "↓"), element("span", element("strong", file.file_name ?? "File"), element("small", sizeOf(file.file_size))));
    name.href = mediaAddress(file);
    name.download = file.file_name ?? "file";
    return [name];
  }

  keyboard(message, rows) {
    const drawn = rows.map((row) => element("div.buttons", ...row.map((button) => this.button(message, button))));
    return element("div.keyboard", ...drawn);
  }

  button(message, button) {
    const made = element("button", button.text);
    made.type = "button";
    if (button.url) made.classList.add("link");
    made.addEventListener("click", () => this.act(message, button, made));
    return made;
  }

  async act(message, button, made) {
    const query = button.switch_inline_query_current_chat ?? button.switch_inline_query;
    if (button.callback_data !== undefined) return this.press(message, button, made);
    if (query !== undefined) return this.onQuery(query);
    if (button.copy_text) return navigator.clipboard.writeText(button.copy_text.text).then(() => toast("Copied"));
    if (/^(https?|tg):/i.test(button.url ?? "")) window.open(button.url, "_blank", "noreferrer");
    return undefined;
  }

  async press(message, button, made) {
    made.disabled = true;
    try {
      const answer = await post("/page/press", { message_id: message.message_id, data: button.callback_data });
      if (answer.late) toast("The bot did not answer in time");
      else if (answer.alert) alertBox(answer.text);
      else if (answer.text) toast(answer.text);
    } catch (error) {
      toast(error.message);
    } finally {
      made.disabled = false;
    }
  }

  atEnd() {
    return this.place.scrollHeight - this.place.scrollTop - this.place.clientHeight < 80;
  }

  toEnd() {
    this.following = true;
    this.place.scrollTop = this.place.scrollHeight;
  }
}

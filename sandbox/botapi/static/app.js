// Boot: one stream of events from the server, drawn into the page.
import { Chat } from "./chat.js";
import { setUpComposer } from "./composer.js";
import { setUpSides } from "./side.js";
import { address, find } from "./server.js";

const chat = new Chat();
const sides = setUpSides();
const composer = setUpComposer(chat);

const ACTIONS = { typing: "typing…", upload_document: "sending a file…", upload_voice: "sending audio…", upload_photo: "sending a photo…" };
let actingTimer = 0;

function showActing(action) {
  find("bot-state").textContent = ACTIONS[action] ?? "busy…";
  clearTimeout(actingTimer);
  actingTimer = setTimeout(restState, 5000);
}

function restState() {
  find("bot-state").textContent = find("bot-state").dataset.rest;
}

function begin(state) {
  document.title = `${state.bot.first_name} · sandbox chat`;
  find("bot-name").textContent = state.bot.first_name;
  find("bot-avatar").textContent = state.bot.first_name.slice(0, 1);
  find("bot-state").dataset.rest = state.bot.username ? `bot · @${state.bot.username}` : "bot";
  restState();
  chat.begin(state);
  composer.begin(state);
  sides.begin(state);
}

const events = new EventSource(address("/page/events"));
const on = (kind, act) => events.addEventListener(kind, (event) => act(JSON.parse(event.data)));

on("state", begin);
on("message", (message) => { chat.add(message); composer.started(); if (!message.out) restState(); });
on("edit", (message) => chat.edit(message));
on("delete", (message) => chat.remove(message));
on("pinned", (message) => chat.pin(message));
on("acting", showActing);
on("code", (code) => sides.addCode(code));
on("chat", (one) => sides.updateChat(one));
on("chats", (all) => sides.listChats(all));
events.onerror = () => { find("bot-state").textContent = "connecting…"; };

// Talking to the server, and the little that every part of the page needs.
const user = new URLSearchParams(location.search).get("user");

export const find = (id) => document.getElementById(id);

export const address = (path) => (user ? `${path}?user=${encodeURIComponent(user)}` : path);

export const mediaAddress = (file) => `/page/media/${encodeURIComponent(file.file_id)}`;

export async function post(path, body) {
  const form = body instanceof FormData;
  const reply = await fetch(address(path), {
    method: "POST",
    headers: form ? {} : { "Content-Type": "application/json" },
    body: form ? body : JSON.stringify(body),
  });
  if (!reply.ok) throw new Error((await reply.text()) || reply.statusText);
  return reply.json();
}

export async function get(path) {
  return (await fetch(address(path))).json();
}

// element("p.note", "text", child): the class after the dot, the rest appended.
export function element(name, ...children) {
  const [tag, ...classes] = name.split(".");
  const made = document.createElement(tag);
  made.classList.add(...classes);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

let toastTimer = 0;

export function toast(text) {
  const place = find("toast");
  place.textContent = text;
  place.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { place.hidden = true; }, 3500);
}

export function alertBox(text) {
  const box = find("alert");
  box.querySelector("p").textContent = text;
  box.showModal();
}

export function sizeOf(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds || 0));
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600);
  const tail = String(whole % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

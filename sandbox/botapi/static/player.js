// An audio player small enough for a chat bubble; only one plays at a time.
import { clock, element, mediaAddress } from "./server.js";

let playing = null;

export function player(audio) {
  const sound = new Audio();
  sound.preload = "metadata";
  sound.src = mediaAddress(audio);

  const button = element("button.play");
  button.type = "button";
  button.setAttribute("aria-label", "Play");
  if (audio.thumbnail) button.style.setProperty("--cover", `url("${mediaAddress(audio.thumbnail)}")`);
  if (audio.thumbnail) button.classList.add("cover");

  const title = element("strong", audio.title || audio.file_name || "Voice message");
  const artist = element("span.artist", audio.performer ?? "");
  const bar = element("input.seek");
  Object.assign(bar, { type: "range", min: 0, max: 1000, value: 0 });
  bar.setAttribute("aria-label", "Position");
  const time = element("span.time", clock(audio.duration));

  const length = () => (Number.isFinite(sound.duration) ? sound.duration : audio.duration || 0);
  const show = () => {
    const part = length() ? sound.currentTime / length() : 0;
    bar.value = Math.round(part * 1000);
    bar.style.setProperty("--part", `${part * 100}%`);
    const started = !sound.paused || sound.currentTime > 0;
    time.textContent = started ? `${clock(sound.currentTime)} / ${clock(length())}` : clock(length());
    button.classList.toggle("on", !sound.paused);
    button.setAttribute("aria-label", sound.paused ? "Play" : "Pause");
  };

  button.addEventListener("click", () => {
    if (!sound.paused) return sound.pause();
    if (playing && playing !== sound) playing.pause();
    playing = sound;
    return sound.play().catch(() => { time.textContent = "cannot be played"; });
  });
  bar.addEventListener("input", () => { sound.currentTime = (bar.value / 1000) * length(); show(); });
  for (const kind of ["timeupdate", "play", "pause", "ended", "loadedmetadata"]) sound.addEventListener(kind, show);
  sound.addEventListener("error", () => { time.textContent = "cannot be played"; });

  const body = element("div.track", title, artist, element("div.line", bar, time));
  return element("div.player", button, body, sound);
}

// Text with entities as elements. JavaScript counts strings in UTF-16 units, as the Bot API does.
import { element } from "./server.js";

const TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote", expandable_blockquote: "blockquote" };

// Only such links open something; a bot may write any other.
const safe = (url) => (/^(https?|tg):/i.test(url) ? url : null);

function link(url) {
  const made = element("a");
  const address = safe(url);
  if (address) { made.href = address; made.target = "_blank"; made.rel = "noreferrer noopener"; }
  return made;
}

function wrapper(entity, piece, onCommand) {
  switch (entity.type) {
    case "text_link": return link(entity.url);
    case "url": return link(piece);
    case "spoiler": {
      const made = element("span.spoiler");
      made.addEventListener("click", () => made.classList.add("open"));
      return made;
    }
    case "bot_command": {
      const made = element("a.command");
      made.href = "#";
      made.addEventListener("click", (event) => { event.preventDefault(); onCommand(piece); });
      return made;
    }
    case "mention": case "hashtag": return element("span.mention");
    default: return element(TAGS[entity.type] ?? "span");
  }
}

// Draws [start, end) of the text into `place`; an inner entity is cut at its outer one's end.
function draw(place, text, entities, start, end, onCommand) {
  let at = start;
  let rest = entities;
  while (rest.length) {
    const first = rest[0];
    const from = Math.max(first.offset, at);
    const to = Math.min(first.offset + first.length, end);
    const inner = rest.slice(1).filter((other) => other.offset < to);
    rest = rest.slice(1).filter((other) => other.offset >= to);
    if (to <= from) continue;
    if (from > at) place.append(text.slice(at, from));
    const made = wrapper(first, text.slice(from, to), onCommand);
    draw(made, text, inner, from, to, onCommand);
    place.append(made);
    at = to;
  }
  if (end > at) place.append(text.slice(at, end));
}

export function formatted(text, entities, onCommand) {
  const place = element("div.text");
  place.dir = "auto";
  draw(place, text, entities ?? [], 0, text.length, onCommand);
  return place;
}

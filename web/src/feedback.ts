// The form of a message: sent from here so that a lost connection loses nothing. Without this script it is an ordinary form.
import { drop, keep, send, sendLater, type Post } from "./outbox";
import { bare, el, link, t } from "./said";

const form = document.querySelector<HTMLFormElement>("form[data-outbox]");
const language = document.documentElement.lang;

const valueOf = (name: string): string => String(new FormData(form!).get(name) ?? "");

function key(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function show(tone: string, title: string, ...content: Node[]): void {
  const heading = el("h1", "", title);
  heading.tabIndex = -1;
  const notice = el("div", `notice ${tone}`, el("div", "", ...content));
  document.getElementById("main")!.replaceChildren(heading, notice, el("p", "acts", link(`/${language}/feedback/answer`, t("feedback.find_answer"))));
  heading.focus();
}

async function submit(): Promise<void> {
  const about = valueOf("about") || (new URLSearchParams(location.search).get("about") ?? "");
  const writtenAt = new Date().toISOString();
  const post: Post = {
    key: key(),
    body: JSON.stringify({ about, kind: valueOf("kind"), text: valueOf("text"), language: valueOf("language"), writtenAt }),
    language,
    writtenAt,
    state: "waiting",
    said: { sent: bare(t("outbox.sent")), noted: bare(t("outbox.noted")) },
  };
  const button = form!.querySelector("button")!;
  button.disabled = true;
  // Kept before it is sent: a phone that goes out meanwhile has it still, with the key that lets it count once.
  let kept = true;
  await keep(post).catch(() => { kept = false; });
  const sent = await send(post);
  button.disabled = false;
  if (sent.state === "sent") {
    if (kept) await drop(post.key);
    show("good", t("feedback.sent"), el("h2", "", t("feedback.sent.code")), el("p", "lead", el("strong", "", el("code", "", sent.code ?? ""))), el("p", "", t("feedback.sent.keep")));
  } else if (sent.state === "refused") {
    // The node says why, in the form itself.
    if (kept) await drop(post.key);
    form!.submit();
  } else if (kept) {
    void sendLater();
    show("warn", t("outbox.kept"), el("p", "", t("outbox.kept.text"), " ", link(`/${language}/offline`, t("outbox.see"))));
  } else {
    form!.querySelector("[role=status]")!.textContent = bare(t("outbox.failed"));
  }
}

if (form && "indexedDB" in window && window.isSecureContext) {
  form.append(Object.assign(el("p", ""), { role: "status" }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submit();
  });
}

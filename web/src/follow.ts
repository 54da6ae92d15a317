// A page that tells how far some work is: <… data-follow>. It asks every two seconds and takes over what it is told; once the
// answer tells of nothing under way, the page itself is opened again and says what came of it. Without this the link on it does so.
export {};

const every = 2_000;

async function look(): Promise<void> {
  const shown = document.querySelector("[data-follow]")!;
  try {
    const answer = await fetch(location.href, { cache: "no-store", credentials: "same-origin", signal: AbortSignal.timeout(20_000) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-follow]");
    if (!fresh && answer.status < 500) return location.replace(answer.url);
    if (fresh) shown.replaceChildren(...fresh.childNodes);
  } catch {
    // Away from the network: the work goes on without the page, and so does the asking.
  }
  setTimeout(() => void look(), every);
}

setTimeout(() => void look(), every);

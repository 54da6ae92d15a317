// A page that tells how far some work is: <… data-follow="/…">. The address is asked every two seconds and what it tells is taken
// over; once it has nothing to tell, the page itself is opened again and says what came of it. Without this its link does so.
export {};

const every = 2_000;

async function look(): Promise<void> {
  const shown = document.querySelector<HTMLElement>("[data-follow]")!;
  try {
    const answer = await fetch(shown.dataset.follow!, { cache: "no-store", credentials: "same-origin", signal: AbortSignal.timeout(20_000) });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-follow]");
    if (fresh) shown.replaceChildren(...fresh.childNodes);
    else if (answer.status < 500) return location.reload();
  } catch {
    // Away from the network: the work goes on without the page, and so does the asking.
  }
  setTimeout(() => void look(), every);
}

setTimeout(() => void look(), every);

// The form of a group on a phone. Without this script it is an ordinary form.
export {};

document.querySelectorAll<HTMLButtonElement>("button[data-step]").forEach((button) => {
  const box = button.parentElement!.querySelector("input")!;
  button.hidden = false;
  button.addEventListener("click", () => {
    box.value = String(Math.max(0, Number(box.value) + Number(button.dataset.step)));
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });
});

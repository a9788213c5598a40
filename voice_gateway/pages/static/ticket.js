// Keeps an open ticket fresh without reloading the page, and lets its clock run.
// Asks for the data politely: nothing is sent again while nothing has happened.
"use strict";
(() => {
  let tag = `"${document.getElementById("ticket").dataset.tag}"`;
  let again = Number(document.getElementById("ticket").dataset.again);
  let seen = performance.now();
  const speed = Number(document.getElementById("ticket").dataset.speed) || 1;

  const two = (n) => String(n).padStart(2, "0");
  const spoken = (s) => {
    const [h, m] = [Math.floor(s / 3600), Math.floor((s % 3600) / 60)];
    if (h >= 24) return `${Math.floor(h / 24)} d ${h % 24} h`;
    return h ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
  };

  const tick = () => {
    const clock = document.getElementById("elapsed");
    if (!clock || !clock.dataset.seconds) return;
    const s = Number(clock.dataset.seconds) + Math.floor((performance.now() - seen) * speed / 1000);
    clock.textContent = spoken(s);
  };

  const look = async () => {
    const from = document.getElementById("ticket").dataset.from;
    try {
      const answer = await fetch(from, { headers: { "If-None-Match": tag }, cache: "no-store" });
      if (answer.status === 200) {
        tag = answer.headers.get("ETag") || "";
        again = (await answer.json()).look_again_after;
        await redraw();
      }
    } catch {
      // Away for a moment: the next look will tell.
    }
    if (again) setTimeout(look, (document.hidden ? 6 : 1) * again * 1000 / Math.min(speed, 5));
  };

  const redraw = async () => {
    const page = await fetch(location.href, { cache: "no-store" });
    if (!page.ok) return;
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
    for (const part of [".now", ".facts", ".story", ".foot"]) {
      const [old, now] = [document.querySelector(part), fresh.querySelector(part)];
      if (old && now && old.innerHTML !== now.innerHTML) old.innerHTML = now.innerHTML;
    }
    document.title = fresh.title;
    seen = performance.now();
  };

  setInterval(tick, 1000);
  if (again) look();
})();

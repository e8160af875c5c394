setInterval(async () => {
  try {
    const page = await (await fetch(location.href)).text();
    const next = new DOMParser().parseFromString(page, "text/html").querySelector("main");
    const main = document.querySelector("main");
    const scrolled = [...main.querySelectorAll(".scroll")].map((box) => box.scrollLeft);
    main.replaceWith(next);
    next.querySelectorAll(".scroll").forEach((box, i) => { box.scrollLeft = scrolled[i] || 0; });
  } catch { /* The WFM is down; the next round tries again. */ }
}, 2000);

// The arrow keys go from day to day of a calendar, Home and End to the ends of a week.
(() => {
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

  document.addEventListener("keydown", (event) => {
    const day = event.target.closest("[data-day]");
    if (!day || event.altKey || event.ctrlKey || event.metaKey) return;
    const days = [...day.closest("[data-calendar]").querySelectorAll("[data-day]")];
    const place = days.indexOf(day);
    const week = place - (place % 7);
    const wanted = { Home: week, End: week + 6 }[event.key] ?? place + (steps[event.key] ?? NaN);
    if (!days[wanted]) return;
    event.preventDefault();
    days[wanted].focus();
  });
})();

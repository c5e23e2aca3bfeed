// A button that is replaced while somebody presses it does nothing.
const waits = () => document.hidden || document.querySelector("[data-live] button:is(:focus, :active)");

setInterval(async () => {
	if (waits()) return;
	try {
		const answer = await fetch(location.href);
		const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
		if (waits()) return;
		for (const part of document.querySelectorAll("[data-live]")) {
			const other = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
			if (other && other.innerHTML !== part.innerHTML) part.innerHTML = other.innerHTML;
		}
	} catch {
		// The emulator is away; the page stays as it is.
	}
}, 2000);

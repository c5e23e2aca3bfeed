setInterval(async () => {
	if (document.hidden || document.querySelector("[data-live]:focus-within button:focus")) return;
	try {
		const answer = await fetch(location.href);
		const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
		for (const part of document.querySelectorAll("[data-live]")) {
			const other = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
			if (other && other.innerHTML !== part.innerHTML) part.innerHTML = other.innerHTML;
		}
	} catch {
		// The emulator is away; the page stays as it is.
	}
}, 2000);

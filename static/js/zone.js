// Tells the server by which clock its reader lives.

const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
document.cookie = `zone=${timeZone}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;

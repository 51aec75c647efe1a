// While the library is not ready: try again, unless somebody is typing.

const retry = document.querySelector("[data-retry]");
retry.hidden = false;
setInterval(() => {
  if (!document.getElementById("q").value) location.reload();
}, 1000 * Number(retry.dataset.retry));

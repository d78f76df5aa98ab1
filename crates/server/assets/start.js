// A file of its own, since the page allows no inline script.
window.addEventListener("load", function () {
  window.ui = SwaggerUIBundle({
    url: new URL("../v3/api-docs", document.baseURI).href,
    dom_id: "#swagger-ui",
    deepLinking: true,
    displayRequestDuration: true,
    docExpansion: "list",
    // The default would send the contract to a validator on the Internet.
    validatorUrl: null,
  });
});

// Starts the viewer of /docs. The key typed into "Authorize" stays in this browser's local storage.
window.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#viewer",
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});

// A file of its own, since the page allows no inline script.

// "Try it out" fills every parameter with its example, and would then ask for one page of one status of
// one organization that is not there. What may be left out is left out; the example is told instead.
function withoutGuesses(contract) {
  const components = contract.components || {};
  const methods = Object.values(contract.paths || {}).flatMap(function (path) {
    return Object.values(path);
  });
  const lists = [Object.values(components.parameters || {})];
  for (const method of methods) {
    lists.push(Array.isArray(method) ? method : method.parameters || []);
  }
  for (const parameter of lists.flat()) {
    if ("example" in parameter && !parameter.required) {
      const example = [].concat(parameter.example).join(", ");
      parameter.description += " For example `" + example + "`.";
      delete parameter.example;
      const name = (parameter.schema.$ref || "").split("/").pop();
      if (name) {
        // Its type has an example too.
        parameter.schema = Object.assign({}, components.schemas[name]);
        delete parameter.schema.example;
      }
    }
  }
  return contract;
}

window.addEventListener("load", function () {
  window.ui = SwaggerUIBundle({
    url: new URL("../v3/api-docs", document.baseURI).href,
    dom_id: "#swagger-ui",
    deepLinking: true,
    displayRequestDuration: true,
    docExpansion: "list",
    // The default would send the contract to a validator on the Internet.
    validatorUrl: null,
    plugins: [
      {
        statePlugins: {
          spec: {
            wrapActions: {
              updateJsonSpec: function (update) {
                return function (contract) {
                  return update(withoutGuesses(contract));
                };
              },
            },
          },
        },
      },
    ],
  });
});

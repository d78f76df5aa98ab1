//! What the generator does not understand is refused, by name and line.
#![allow(clippy::unwrap_used)]

use contract_gen::Fault;

const SHOP: &str = include_str!("golden/shop.yaml");

/// The contract with one text replaced once.
fn changed(from: &str, to: &str) -> String {
    assert!(SHOP.contains(from), "`{from}` is not in the fixture");
    SHOP.replacen(from, to, 1)
}

fn line_of_mark(text: &str) -> usize {
    1 + text
        .lines()
        .position(|line| line.contains("# here"))
        .unwrap()
}

/// The one fault, on the line that says `# here`.
fn refuses(from: &str, to: &str, message: &str) {
    let text = changed(from, to);
    let faults = contract_gen::read(&text).unwrap_err();
    let expected = Fault {
        line: line_of_mark(&text),
        message: message.to_owned(),
    };
    assert_eq!(faults, [expected], "{to}");
}

#[test]
fn unknown_fields_are_refused() {
    for (from, to, message) in [
        (
            "servers:",
            "webhooks: {} # here\nservers:",
            "unknown top-level field `webhooks`",
        ),
        (
            "      operationId: getHealth",
            "      operationId: getHealth\n      callbacks: {} # here",
            "unknown operation field `callbacks`",
        ),
        (
            "    get:\n      operationId: getHealth",
            "    trace: {} # here\n    get:\n      operationId: getHealth",
            "unknown path field `trace`",
        ),
        (
            "          example: SOFT",
            "          example: SOFT\n          style: form # here",
            "unknown parameter field `style`",
        ),
        (
            "        required: true\n        description: The changes.",
            "        required: true\n        description: The changes.\n        x-more: 1 # here",
            "unknown request body field `x-more`",
        ),
        (
            "        '204': {description: It is changed.}",
            "        '204':\n          description: It is changed.\n          links: {} # here",
            "unknown response field `links`",
        ),
        (
            "              required: true\n              schema: {type: string}",
            "              required: true\n              style: simple # here\n              schema: {type: string}",
            "unknown header field `style`",
        ),
        (
            "    title: Fixed",
            "    title: Fixed\n    hint: x # here",
            "unknown problem field `hint`",
        ),
        (
            "    description: What is sold.",
            "    description: What is sold.\n    more: x # here",
            "unknown tag field `more`",
        ),
        (
            "  everywhere:",
            "  nowhere: [] # here\n  everywhere:",
            "unknown group of x-problems-always `nowhere`",
        ),
        (
            "  headers:\n    Total:",
            "  examples: {} # here\n  headers:\n    Total:",
            "unknown component group `examples`",
        ),
    ] {
        refuses(from, to, message);
    }
}

#[test]
fn schema_keywords_are_refused_where_they_mean_nothing() {
    for (to, message) in [
        (
            "{type: boolean, minimum: 1, description: x} # here",
            "unknown schema keyword `minimum`",
        ),
        (
            "{type: boolean, readOnly: true, description: x} # here",
            "unknown schema keyword `readOnly`",
        ),
        (
            "{type: string, multipleOf: 2, description: x} # here",
            "unknown schema keyword `multipleOf`",
        ),
        (
            "{type: string, format: byte, description: x} # here",
            "unknown format `byte`",
        ),
        ("{type: file, description: x} # here", "unknown type `file`"),
        (
            "{type: integer, description: x} # here",
            "an integer needs format int32 or int64, not `nothing`",
        ),
        (
            "{type: number, format: float, description: x} # here",
            "a number has format double or none",
        ),
        (
            "{type: string, maxLength: many, description: x} # here",
            "`maxLength` must be a whole number from 0",
        ),
        (
            "{type: integer, format: int32, minimum: low, description: x} # here",
            "`minimum` must be a number",
        ),
        (
            "{type: boolean, nullable: maybe, description: x} # here",
            "`nullable` must be true or false",
        ),
        ("{type: array, description: x} # here", "`items` is missing"),
        (
            "{type: array, items: {type: array, items: {type: string}}} # here",
            "a list of lists is not understood",
        ),
        (
            "{type: array, items: {type: string, nullable: true}} # here",
            "`nullable` is not understood of the items of a list",
        ),
    ] {
        refuses("{type: boolean, description: Whether it is.}", to, message);
    }
}

#[test]
fn what_has_no_name_is_refused() {
    let ok = "{type: boolean, description: Whether it is.}";
    let object = "an object in place has no name; move it to components/schemas";
    refuses(ok, "{type: object, description: x} # here", object);
    let list = "an enum in place has no name; move it to components/schemas";
    refuses(ok, "{type: string, enum: [A], description: x} # here", list);
    refuses(
        "schema: {$ref: '#/components/schemas/Health'}",
        "schema: {type: string} # here",
        "a body must refer to an object of components/schemas",
    );
}

#[test]
fn references_must_lead_somewhere_and_stand_alone() {
    refuses(
        "schema: {$ref: '#/components/schemas/ThingPatch'}",
        "schema: {$ref: '#/components/schemas/Sort'} # here",
        "unresolved reference `#/components/schemas/Sort` (expected one of components/schemas)",
    );
    refuses(
        "- $ref: '#/components/parameters/IdempotencyKey'",
        "- $ref: '#/components/parameters/Nothing' # here",
        "unresolved reference `#/components/parameters/Nothing` (expected one of components/parameters)",
    );
    refuses(
        "kind: {$ref: '#/components/schemas/Grade'}",
        "kind: {$ref: '#/components/schemas/Grade', nullable: true} # here",
        "unknown field beside $ref `nullable`",
    );
}

#[test]
fn defaults_must_fit() {
    let from = "{type: integer, format: int32, minimum: 1, maximum: 50, default: 20}";
    let message = "the default does not fit the type";
    for default in ["many", "1.5", "3000000000", "true"] {
        let to = format!("{{type: integer, format: int32, default: {default}}} # here");
        refuses(from, &to, message);
    }
    refuses(
        "{type: boolean, default: false}",
        "{type: boolean, default: 'no'} # here",
        message,
    );
}

#[test]
fn paths_and_their_parameters_must_agree() {
    let text = changed(
        "/shelves/{shelf}/things/{id}:",
        "/shelves/{rack}/things/{id}:",
    );
    let faults = contract_gen::read(&text).unwrap_err();
    let messages: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
    let path = "/shelves/{rack}/things/{id}";
    let missing = format!("`{path}` has no path parameter `rack`");
    let surplus = format!("path parameter `shelf` is not in `{path}`");
    assert_eq!(messages, [&missing, &surplus, &missing, &surplus]);

    refuses(
        "        - name: type\n",
        "        - name: size # here\n",
        "parameter `size` is there twice",
    )
}

#[test]
fn parameters_keep_to_what_the_guard_reads() {
    for (from, to, message) in [
        (
            "      - name: shelf\n        in: path\n        required: true",
            "      - name: shelf # here\n        in: path",
            "path parameter `shelf` must be required",
        ),
        (
            "        - name: If-None-Match",
            "        - name: X-Mood # here",
            "header parameter `X-Mood` is not one of [\"If-Match\", \"If-None-Match\", \"Idempotency-Key\", \"Last-Event-ID\"], optional",
        ),
        (
            "        - name: kind\n          in: query",
            "        - name: kind # here\n          in: cookie",
            "unknown parameter place `cookie`",
        ),
        (
            "        - name: sort\n          in: query\n          description: The order.\n          example: [name]\n          explode: true",
            "        - name: sort # here\n          in: query\n          description: The order.\n          example: [name]\n          explode: false",
            "`sort`: only `explode: true` is understood",
        ),
    ] {
        refuses(from, to, message);
    }
}

#[test]
fn problems_and_statuses_must_agree() {
    refuses(
        "x-problems: [NOT_FOUND, IMMUTABLE_RELATIONSHIP]",
        "x-problems: [NOT_FOUND, IMMUTABLE_RELATIONSHIP, GONE] # here",
        "unknown problem code `GONE`",
    );
    let text = changed("body: [VALIDATION_ERROR, ", "body: [");
    let faults = contract_gen::read(&text).unwrap_err();
    let told = "x-problems-always.body lacks VALIDATION_ERROR, which the guard answers";
    assert!(
        faults.iter().any(|fault| fault.message == told),
        "{faults:?}"
    );
    let text = changed(
        "        '409': {$ref: '#/components/responses/Refused'}\n",
        "",
    );
    let faults = contract_gen::read(&text).unwrap_err();
    let message = "the problems of the operation have status 409, which is not listed";
    assert_eq!(faults[0].message, message);
    let text = changed(
        "x-problems: [VALIDATION_ERROR, NOT_FOUND]",
        "x-problems: [VALIDATION_ERROR]",
    );
    let faults = contract_gen::read(&text).unwrap_err();
    let message = "status 404 is listed, but no problem of the operation has it";
    assert_eq!(faults[0].message, message);
}

#[test]
fn a_group_of_problems_is_for_the_paths_of_the_api() {
    let listed = changed("  secured:", "  api: [NOT_FOUND]\n  secured:");
    assert!(contract_gen::read(&listed).is_ok());
    let moved = listed.replacen("  /health:\n", "  /api/health:\n", 1);
    let faults = contract_gen::read(&moved).unwrap_err();
    let messages: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
    let told = "the problems of the operation have status 404, which is not listed";
    assert_eq!(messages, [told]);
}

#[test]
fn operations_must_be_whole() {
    for (from, to, message) in [
        (
            "    get:\n      operationId: getHealth\n      tags: [health]",
            "    get: # here\n      operationId: getHealth\n      tags: [sickness]",
            "unknown tag `sickness`",
        ),
        (
            "    get:\n      operationId: getHealth",
            "    get: # here\n      operationId: getThing",
            "operationId `getThing` is there twice",
        ),
        (
            "      operationId: getHealth\n      tags: [health]",
            "      tags: [health] # here",
            "`operationId` is missing",
        ),
        (
            "    patch:\n      operationId: patchThing\n      tags: [things]\n      summary: Change a thing\n      description: A merge patch.\n      x-permission: things.update\n      x-problems: [NOT_FOUND, IMMUTABLE_RELATIONSHIP]",
            "    patch: # here\n      operationId: patchThing\n      tags: [things]\n      summary: Change a thing\n      description: A merge patch.\n      x-permission: things.update\n      x-problems: [NOT_FOUND, IMMUTABLE]",
            "",
        ),
    ] {
        if message.is_empty() {
            let faults = contract_gen::read(&changed(from, to)).unwrap_err();
            let told =
                "the body of `patchThing` has x-immutable, so it must name IMMUTABLE_RELATIONSHIP";
            assert!(
                faults.iter().any(|fault| fault.message == told),
                "{faults:?}"
            );
        } else {
            refuses(from, to, message);
        }
    }
    let text = changed("security: []", "security: [{bearer: []}] # here");
    let faults = contract_gen::read(&text).unwrap_err();
    let told = "only `security: []` is understood here";
    let found = faults.iter().find(|fault| fault.message == told).unwrap();
    assert_eq!(found.line, line_of_mark(&text));
    let text = changed("      security: []\n", "");
    let faults = contract_gen::read(&text).unwrap_err();
    let told = "an operation needs either `x-permission` or `security: []`";
    assert!(
        faults.iter().any(|fault| fault.message == told),
        "{faults:?}"
    );
}

#[test]
fn schemas_must_hold_together() {
    for (from, to, message) in [
        (
            "required: [ok]",
            "required: [ok, well] # here",
            "required property `well` is not there",
        ),
        (
            "x-immutable: [owner]",
            "x-immutable: [name] # here",
            "`name` cannot be a property and in x-immutable",
        ),
        (
            "    ThingList:",
            "    ThingList: # here",
            "schema `ThingList` contains itself",
        ),
    ] {
        if from == "    ThingList:" {
            let text = changed(from, to).replacen(
                "items: {$ref: '#/components/schemas/Thing'}",
                "items: {$ref: '#/components/schemas/ThingList'}",
                1,
            );
            let faults = contract_gen::read(&text).unwrap_err();
            let expected = Fault {
                line: line_of_mark(&text),
                message: message.to_owned(),
            };
            assert_eq!(faults, [expected]);
        } else {
            refuses(from, to, message);
        }
    }
    let text = changed("        - IMMUTABLE_RELATIONSHIP\n", "        - ODD\n");
    let faults = contract_gen::read(&text).unwrap_err();
    let messages: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "`ProblemCode` has `ODD`, which the catalogue lacks",
            "`ProblemCode` lacks `IMMUTABLE_RELATIONSHIP` of the catalogue",
        ]
    );
}

#[test]
fn all_faults_are_told_at_once() {
    let text = changed(
        "{type: boolean, description: Whether it is.}",
        "{type: file, format: x}",
    )
    .replacen("maximum: 50", "maximum: lots", 1);
    assert_eq!(contract_gen::read(&text).unwrap_err().len(), 2);
}

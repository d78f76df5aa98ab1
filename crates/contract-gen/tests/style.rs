//! The style rules of the contract.
#![allow(clippy::unwrap_used)]

use contract_gen::lint;

const SHOP: &str = include_str!("golden/shop.yaml");

/// The contract with one text replaced once.
fn changed(from: &str, to: &str) -> String {
    assert!(SHOP.contains(from), "`{from}` is not in the fixture");
    SHOP.replacen(from, to, 1)
}

#[test]
fn style_is_linted() {
    assert_eq!(lint::lint(SHOP), Ok(()));
    for (from, to, message) in [
        (
            "operationId: getHealth",
            "operationId: Get_Health",
            "operationId `Get_Health` must be in camelCase",
        ),
        (
            "summary: Is it alive",
            "summary: Is it alive.",
            "the summary of `getHealth` must be short, without a full stop",
        ),
        (
            "              example: {ok: true}\n",
            "",
            "`getHealth` has no example for application/json",
        ),
        (
            "          example: SOFT\n",
            "",
            "parameter `kind` has no example",
        ),
        (
            "      example: {content: []}\n    Extra",
            "    Extra",
            "schema `ThingList` has no example",
        ),
        (
            "      description: Alive.\n",
            "",
            "schema `Health` has no description",
        ),
        (
            "{type: boolean, description: Whether it is.}",
            "{type: boolean}",
            "`ok` of `Health` has no description",
        ),
        (
            "enum: [HARD, VERY_SOFT]",
            "enum: [HARD, soft]",
            "`soft` of `Grade` must be in SCREAMING_CASE",
        ),
        (
            "        - $ref: '#/components/parameters/IdempotencyKey'",
            "        []",
            "`createThing`: every secured POST takes Idempotency-Key, and nothing else does",
        ),
        (
            "maxLength: 254, ",
            "",
            "`NewThing.email` comes with requests and has no bound: maxLength",
        ),
        (
            "type: array, maxItems: 2, items",
            "type: array, items",
            "`sort` comes with requests and has no bound: maxItems",
        ),
        (
            "pattern: '^name$'",
            "pattern: '^(name)+$'",
            "`sort` comes with requests and has no bound: maxLength",
        ),
        (
            "      x-max-bytes: 1000\n",
            "",
            "`Extra` comes with requests and has no bound: x-max-bytes",
        ),
        (
            "    Health:\n",
            "    Lost: {type: string, description: x, enum: [A], example: A}\n    Health:\n",
            "schema `Lost` is used by no operation",
        ),
    ] {
        let faults = lint::lint(&changed(from, to)).unwrap_err();
        let messages: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
        assert_eq!(messages, [message]);
    }
}

#[test]
fn an_enum_may_keep_to_the_words_of_a_standard() {
    let text = changed(
        "enum: [HARD, VERY_SOFT]",
        "x-standard: ISO 868\n      enum: [HARD, soft]",
    );
    assert_eq!(lint::lint(&text), Ok(()));
}

#[test]
fn a_public_post_takes_no_idempotency_key() {
    let post = "    post:\n      operationId: getHealth";
    let text = changed("    get:\n      operationId: getHealth", post);
    assert_eq!(lint::lint(&text), Ok(()));
    let text = text.replacen(
        "      x-problems: []\n      responses:\n        '200':\n",
        "      x-problems: [VALIDATION_ERROR]
      parameters:
        - $ref: '#/components/parameters/IdempotencyKey'
      responses:
        '400': {$ref: '#/components/responses/Refused'}
        '200':\n",
        1,
    );
    let faults = lint::lint(&text).unwrap_err();
    let messages: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
    let told = "`getHealth`: every secured POST takes Idempotency-Key, and nothing else does";
    assert_eq!(messages, [told]);
}

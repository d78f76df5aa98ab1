//! The reader says what is wrong with whatever it is given, at a line that is there, and its work
//! grows as the contract does.
#![allow(clippy::unwrap_used)]

use allocation_counter::measure;
use bolero::check;

const SHOP: &str = include_str!("golden/shop.yaml");

/// The contract with some of its lines taken out, given twice, moved or changed, as the bytes choose.
fn edited(bytes: &[u8]) -> String {
    const LINES: [&str; 8] = [
        "    x: 1",
        "      type: array",
        "- a",
        "        $ref: '#/components/schemas/Thing'",
        "  &a [*a]",
        "    \"",
        "      nullable: maybe",
        "\t",
    ];
    let mut lines: Vec<String> = SHOP.lines().map(str::to_owned).collect();
    for edit in bytes.chunks_exact(4).take(6) {
        let [high, low, kind, with] = edit else { break };
        let at = usize::from(u16::from_be_bytes([*high, *low])) % lines.len();
        let with = usize::from(*with);
        match kind % 6 {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, lines[at].clone()),
            2 => lines.swap(at, with % SHOP.lines().count().min(64)),
            3 => lines[at].insert_str(0, "  "),
            4 => lines[at] = LINES[with % LINES.len()].to_owned(),
            _ => lines[at] = lines[at].replacen(": ", [":", ": []", ": {}", ": 7 "][with % 4], 1),
        }
    }
    lines.join("\n")
}

/// Inputs that are the same in every run. `BOLERO_RANDOM_ITERATIONS=100000` adds others.
fn inputs(count: u64) -> impl Iterator<Item = Vec<u8>> {
    (0..count).map(|seed| {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let bytes = (0..seed % 96).map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_be_bytes()[0]
        });
        bytes.collect()
    })
}

#[test]
fn what_is_wrong_is_told_at_a_line_that_is_there() {
    let holds = |bytes: &[u8]| {
        let text = edited(bytes);
        let read = contract_gen::read(&text);
        let again = contract_gen::read(&text);
        assert_eq!(read.as_ref().err(), again.as_ref().err());
        let Err(faults) = read else { return };
        assert!(!faults.is_empty());
        for fault in faults {
            let lines = text.lines().count() + 1;
            assert!(fault.line <= lines, "{fault:?} of {lines} lines");
            assert!(!fault.message.is_empty());
        }
    };
    inputs(200).for_each(|bytes| holds(&bytes));
    check!().with_iterations(0).for_each(holds);
}

/// The contract with so many schemas more, each made from the number before.
fn grown(count: usize, schema: impl Fn(usize) -> String) -> String {
    let more: String = (0..count).map(schema).collect();
    SHOP.replacen("  schemas:\n", &format!("  schemas:\n{more}"), 1)
}

fn object(number: usize, field: &str) -> String {
    format!(
        "    More{number}:\n      type: object\n      description: More.\n      \
         additionalProperties: false\n      properties:\n        field: {field}\n      \
         example: {{}}\n"
    )
}

#[test]
fn reading_costs_what_the_length_costs() {
    let text = |number| object(number, "{type: string, description: A field.}");
    // Each contains the one after it, and the last one a text.
    let chain = |count: usize| {
        grown(count, |number| match number + 1 == count {
            true => text(number),
            false => {
                let next = number + 1;
                object(
                    number,
                    &format!("{{$ref: '#/components/schemas/More{next}'}}"),
                )
            }
        })
    };
    let wrong = |number| object(number, "{type: oddity, description: A field.}");
    let base = measure(|| drop(contract_gen::read(SHOP)));
    for (name, make) in [
        (
            "schemas",
            &(|count| grown(count, text)) as &dyn Fn(usize) -> String,
        ),
        ("a chain of schemas", &chain),
        ("faults", &|count| grown(count, wrong)),
    ] {
        let costs = [100, 200, 400].map(|count| {
            let text = make(count);
            let cost = measure(|| drop(contract_gen::read(&text)));
            let count = cost.count_total - base.count_total;
            (count, cost.bytes_total - base.bytes_total)
        });
        println!("{name}: allocations and bytes {costs:?}");
        for pair in costs.windows(2) {
            let twice = |one: u64, two: u64| two as f64 <= one as f64 * 2.2;
            assert!(
                twice(pair[0].0, pair[1].0) && twice(pair[0].1, pair[1].1),
                "{name}: {costs:?}"
            );
        }
    }
}

#[test]
fn what_is_no_yaml_is_told_by_line() {
    let faults = contract_gen::read("openapi: 3.0.3\ninfo: [\n").unwrap_err();
    assert!(faults[0].message.starts_with("not YAML"), "{faults:?}");
    assert!(faults[0].line >= 2);
    let twice = SHOP.replacen("  title: Shop", "  title: Shop\n  title: Shop", 1);
    assert!(
        contract_gen::read(&twice).is_err(),
        "a key that is there twice"
    );
}

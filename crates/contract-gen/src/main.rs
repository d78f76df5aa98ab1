//! x
fn main() {
    let text = std::fs::read_to_string("api/openapi.yaml").unwrap();
    match contract_gen::emit::files(&text) {
        Ok(c) => {
            for f in c {
                std::fs::create_dir_all(f.path.parent().unwrap()).unwrap();
                std::fs::write(f.path, f.text).unwrap()
            }
        }
        Err(f) => {
            for f in f {
                println!("{f}")
            }
        }
    }
}

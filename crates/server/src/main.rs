//! The `quartermaster` binary; everything it does is in the library.

fn main() -> std::process::ExitCode {
    server::run(std::env::args_os())
}

//! The `swarmfs` command.

fn main() -> std::process::ExitCode {
    swarmfs::cli::main()
}
